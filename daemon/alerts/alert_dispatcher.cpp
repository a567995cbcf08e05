#include "alerts/alert_dispatcher.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <stdexcept>
#include <utility>

#include "alerts/create_alert_sink.hpp"
#include "alerts/finding_in_message.hpp"
#include "alerts/receiver_clock.hpp"
#include "alerts/sink_connection.hpp"
#include "settings/referenced_files.hpp"
#include "support/digest.hpp"

namespace trunkwarden {
namespace {

notify_result result_of(const attempt_outcome& outcome)
{
    switch (outcome.result) {
        case attempt_outcome::verdict::delivered:
            return notify_result::sent;
        case attempt_outcome::verdict::retry:
            return notify_result::retried;
        case attempt_outcome::verdict::rejected:
            break;
    }
    return notify_result::dropped;
}

}  // namespace

std::string random_id()
{
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("the system's random source gave nothing; messages cannot be told apart");
    return hex(bytes.data(), bytes.size());
}

// As they were made ready, by name: nullptr for one that continues unchanged.
struct alert_dispatcher::other_sinks {
    std::vector<sink_settings> wanted;
    std::map<std::string, std::unique_ptr<active_sink>> fresh;
};

alert_dispatcher::alert_dispatcher(const alert_settings& settings, dependencies with)
    : with_(std::move(with)),
      configured_(settings),
      outbox_(settings.sinks, random_id),
      tasks_(with_.executor)
{
}

alert_dispatcher::~alert_dispatcher() = default;

result<std::unique_ptr<alert_dispatcher::active_sink>> alert_dispatcher::make_ready(
    const sink_settings& settings) const
{
    auto sink = std::make_unique<active_sink>();
    sink->settings = settings;
    sink->files = digest_of(files_of(settings));
    auto format = create_alert_sink(settings);
    if (!format)
        return format.error();
    auto http = connect_to_sink(settings, (*format)->base_url(), with_.connect);
    if (!http)
        return http.error();
    sink->format = std::move(*format);
    sink->http = std::move(*http);
    return sink;
}

result<void> alert_dispatcher::prepare(const kept_state& kept)
{
    for (const auto& sink : configured_.sinks) {
        auto ready = make_ready(sink);
        if (!ready)
            return ready.error();
        if (const auto found = kept.taken.find(sink.name); found != kept.taken.end())
            (*ready)->last_delivered = found->second;
        with_.counters.watch_sink(sink.name);
        sinks_.push_back(std::move(*ready));
    }
    historian_.restore(kept.findings);
    with_.state.put(outbox_.restore(kept.deliveries, clock_now()));
    note_losses();
    return {};
}

result<std::shared_ptr<alert_dispatcher::other_sinks>> alert_dispatcher::prepare(
    const std::vector<sink_settings>& wanted) const
{
    auto out = std::make_shared<other_sinks>();
    out->wanted = wanted;
    for (const auto& sink : wanted) {
        auto ready = make_ready(sink);
        if (!ready)
            return ready.error();
        const auto known = std::ranges::find_if(
            sinks_, [&sink](const auto& each) { return each->settings.name == sink.name; });
        const bool goes_on =
            known != sinks_.end() && (*known)->settings == sink && (*known)->files == (*ready)->files;
        out->fresh.emplace(sink.name, goes_on ? nullptr : std::move(*ready));
    }
    return out;
}

task<> alert_dispatcher::commit(std::shared_ptr<other_sinks> fresh)
{
    for (auto& sink : sinks_)
        if (const auto other = fresh->fresh.find(sink->settings.name);
            other == fresh->fresh.end() || other->second != nullptr)
            co_await end(*sink);
    sinks before = std::exchange(sinks_, {});
    with_.state.put(outbox_.replace_sinks(fresh->wanted, clock_now()));
    with_.progress.notify_all();
    for (const auto& sink : fresh->wanted) {
        const auto known = std::ranges::find_if(before, [&sink](const auto& each) {
            return each != nullptr && each->settings.name == sink.name;
        });
        auto& made = fresh->fresh.at(sink.name);
        if (made == nullptr) {
            sinks_.push_back(std::move(*known));
            continue;
        }
        if (known != before.end())
            made->last_delivered = (*known)->last_delivered;
        with_.counters.watch_sink(sink.name);
        outbox_.start_over(sink.name, clock_now());
        sinks_.push_back(std::move(made));
        start(*sinks_.back());
        if (known == before.end())
            notify_of_open(sink.name);
    }
}

// Else it would be notified of them with the next reminder, hours later. Acknowledged ones have their person.
void alert_dispatcher::notify_of_open(const std::string& sink)
{
    std::map<std::string, std::vector<finding>> by_account;
    for (auto& each : with_.open_findings())
        if (each.status == finding_status::open)
            by_account[each.account].push_back(std::move(each));
    for (const auto& [account, open] : by_account)
        with_.state.put(outbox_.put_open(sink, account, open, clock_now()));
    note_losses();
    if (!with_.state.works())
        on_state_trouble();
}

// Two tasks: a critical message goes beside a lighter one that hangs. Late mails never take the place of
// either.
void alert_dispatcher::start(active_sink& sink)
{
    if (sink.settings.type == sink_type::email)
        sink.tasks.push_back(tasks_.start(deliver_late(sink)));
    sink.tasks.push_back(tasks_.start(deliver(sink)));
    sink.tasks.push_back(tasks_.start(deliver(sink)));
    if (sink.format->wants_resending())
        sink.tasks.push_back(tasks_.start(resend(sink)));
}

task<> alert_dispatcher::end(active_sink& sink)
{
    for (const auto each : sink.tasks)
        co_await tasks_.end(each);
    sink.tasks.clear();
}

void alert_dispatcher::alert(const std::string& account, const std::vector<finding_event>& events)
{
    if (events.empty())
        return;
    auto change = outbox_.put(account, events, clock_now());
    for (const auto& event : events)
        if (auto recorded = historian_.record(event))
            change.events.push_back(*std::move(recorded));
    with_.state.put(std::move(change));
    note_losses();
    if (!with_.state.works())
        on_state_trouble();  // nothing will be written: better sent than kept
}

void alert_dispatcher::persist(state_change change)
{
    for (const auto& [id, finding] : change.findings)
        if (auto recorded = historian_.record_silently(finding, clock_now()))
            change.events.push_back(*std::move(recorded));
    with_.state.put(std::move(change));
}

void alert_dispatcher::on_written(const state_change& change)
{
    for (const auto& [number, message] : change.deliveries)
        outbox_.release(number);
    wake_all();
}

void alert_dispatcher::on_state_trouble()
{
    outbox_.release_all();
    wake_all();
}

void alert_dispatcher::wake_all()
{
    for (auto& sink : sinks_)
        sink->something_to_send.notify_all();
}

void alert_dispatcher::note_trouble(active_sink& sink, const attempt_outcome& outcome)
{
    if (outcome.result == attempt_outcome::verdict::delivered) {
        if (std::exchange(sink.away, false))
            with_.log.info("a sink takes messages again", {{"sink", sink.settings.name}});
        if (!outcome.why.empty() && outcome.why != sink.last_error)
            with_.log.warn("a sink takes messages, but not for every recipient",
                           {{"sink", sink.settings.name}, {"reason", outcome.why}});
        sink.last_error = sink.left_out = outcome.why;
        sink.last_delivered = clock_now();
        return;
    }
    if (!std::exchange(sink.away, true))
        with_.log.warn("a sink is unavailable; its messages are queued for retry",
                       {{"sink", sink.settings.name}, {"reason", outcome.why}});
    sink.last_error = outcome.why;
}

void alert_dispatcher::note(active_sink& sink, const delivery& delivery, const attempt_outcome& outcome)
{
    with_.counters.notified(sink.settings.name, result_of(outcome));
    if (outcome.result == attempt_outcome::verdict::rejected) {
        sink.last_error = outcome.why;
        with_.log.error("a sink refused a message for good; it is kept in the state file",
                        {{"sink", sink.settings.name},
                         {"delivery", delivery.id},
                         {"event", delivery.event},
                         {"reason", outcome.why}});
        return;
    }
    note_trouble(sink, outcome);
}

// Logs and counts the messages and dead letters that gave way because too many waited.
void alert_dispatcher::note_losses()
{
    const auto lost = outbox_.take_losses();
    for (const auto& [sink, count] : lost.gave_way) {
        with_.counters.notified(sink, notify_result::dropped, count);
        with_.log.error("too many messages wait for a sink; the lightest became dead letters",
                        {{"sink", sink}, {"messages", count}});
    }
    for (const auto& [sink, count] : lost.forgotten) {
        with_.counters.notified(sink, notify_result::lost, count);
        with_.log.error(
            "messages of a sink are lost: its dead letters are too many, or a recipient never took them",
            {{"sink", sink}, {"messages", count}});
    }
}

// A message of several requests counts as delivered when all of them were accepted.
task<attempt_outcome> alert_dispatcher::send(active_sink& to, std::vector<http_request> requests)
{
    attempt_outcome outcome;
    unsigned sent = 0;
    for (auto& request : requests) {
        request.status_decides = true;
        exchange_times when{clock_now(), {}};
        const auto answer = co_await to.http->send(std::move(request));
        when.answered = clock_now();
        if (const auto ahead = answer ? clock_ahead(answer->hints, when) : std::nullopt)
            to.clock = measured_clock{*ahead, clock_offset()};  // one that says no time changes nothing
        outcome = judge_answer(answer, when.answered);
        outcome.requests = ++sent;
        if (outcome.result != attempt_outcome::verdict::delivered)
            co_return outcome;
    }
    co_return outcome;
}

// A receiver that keeps alerts until an end must get times of its own clock, which its first answer reports.
// By ours, an alert could be over before it begins.
task<attempt_outcome> alert_dispatcher::deliver_message(active_sink& to, const notification& notification)
{
    constexpr auto little = std::chrono::seconds(5);
    const auto before = ahead_of_us(to);
    auto requests = to.format->requests_for(notification, clock_now() + before);
    auto outcome = co_await send(to, std::move(requests));
    const auto learned = ahead_of_us(to) - before;
    if (!to.format->wants_resending() || std::chrono::abs(learned) <= little ||
        outcome.result != attempt_outcome::verdict::delivered)
        co_return outcome;
    auto again = to.format->requests_for(notification, clock_now() + ahead_of_us(to));
    outcome = co_await send(to, std::move(again));
    co_return outcome;
}

task<> alert_dispatcher::deliver(active_sink& to)
{
    for (;;) {
        auto next = outbox_.next(to.settings.name, clock_now());
        if (next) {
            to.something_to_send.notify_all();  // the other task asks again what may go beside it
            co_await deliver_one(to, std::move(*next));
            continue;
        }
        const auto until = steady_time_of(outbox_.look_again(to.settings.name, clock_now()), clock_now());
        co_await to.something_to_send.wait_until(until);
    }
}

// Level by level, as Alertmanager wants it: an open finding is sent again and again, its end once.
task<> alert_dispatcher::resend(active_sink& to)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        timer.expires_after(to.settings.resend_interval);
        co_await timer.async_wait(asio::use_awaitable);
        auto open = with_.open_findings();
        std::ranges::stable_sort(open, std::ranges::greater(),
                                 [](const finding& f) { return f.deviation.level; });
        std::vector<boost::json::object> still_open;
        for (auto& finding : open)
            // An opening that waits is not said before its turn, nor a change taken back.
            if (outbox::wants(to.settings, finding) && !outbox_.waits(to.settings.name, finding.id))
                still_open.push_back(finding_in_message(std::move(finding), with_.links()));
        if (still_open.empty())
            continue;
        auto requests = to.format->resend_requests(still_open, clock_now() + ahead_of_us(to));
        const auto outcome = co_await send(to, std::move(requests));
        note_trouble(to, outcome);
    }
}

task<> alert_dispatcher::deliver_forever()
{
    for (auto& sink : sinks_)
        start(*sink);
    co_await tasks_.run();
}

std::vector<sink_status> alert_dispatcher::status() const
{
    std::vector<sink_status> out;
    for (const auto& sink : sinks_) {
        const auto& name = sink->settings.name;
        out.push_back({.name = name,
                       .type = sink->settings.type,
                       .pending = outbox_.pending(name),
                       .dead = outbox_.dead(name),
                       .last_delivered = sink->last_delivered,
                       .last_error = sink->last_error,
                       .clock_ahead = sink->clock ? std::optional(ahead_now(*sink->clock)) : std::nullopt});
    }
    return out;
}

std::vector<dead_letter> alert_dispatcher::dead() const
{
    std::vector<dead_letter> out;
    for (const auto& [sink, all] : outbox_.dead().all())
        for (const auto& [number, letter] : all)
            out.push_back(letter);
    return out;
}

result<resent_letters> alert_dispatcher::resend_dead(const std::string& id)
{
    resent_letters out;
    state_change change;
    if (id.empty()) {
        out = outbox_.resend_all(clock_now(), change);
    } else {
        auto state_change = outbox_.resend(id, clock_now());
        if (!state_change)
            return state_change.error();
        change = std::move(*state_change);
        out.letters = 1;
    }
    with_.state.put(std::move(change));
    wake_all();
    return out;
}

result<std::size_t> alert_dispatcher::forget_dead(const std::string& id, const std::string& by)
{
    state_change change;
    auto forgotten = outbox_.forget_dead(id, change);
    if (!forgotten || *forgotten == 0)
        return forgotten;
    const auto person = by.empty() ? std::string("a person") : by;
    change.events.push_back(
        {.at = clock_now(),
         .kind = history_kind::dead_letter,
         .level = severity::high,
         .sentence =
             fmt::format("{} forgotten", *forgotten == 1 ? "1 dead letter is"
                                                         : fmt::format("{} dead letters are", *forgotten)),
         .by = person});
    with_.log.warn("dead letters are forgotten", {{"messages", *forgotten}, {"by", person}});
    with_.state.put(std::move(change));
    return forgotten;
}

bool alert_dispatcher::ever_delivered() const
{
    return std::ranges::any_of(sinks_, [](const auto& sink) { return sink->last_delivered.has_value(); });
}

}  // namespace trunkwarden
