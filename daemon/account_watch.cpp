#include "account_watch.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "catalogue/names.hpp"
#include "cycle.hpp"
#include "fetch/https_client.hpp"
#include "fetch/two_factor_probe.hpp"
#include "organization.hpp"
#include "restoring.hpp"
#include "schedule.hpp"
#include "support/parse_time.hpp"
#include "support/run_all.hpp"

namespace trunkwarden {
namespace {

using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

finding_labels labels_of(const finding& f)
{
    return {.resource = std::string(f.what.type->name),
            .kind = std::string(name_of(f.what.kind)),
            .severity = std::string(name_of(f.what.level))};
}

std::vector<finding_count> count_findings(const ledger& findings)
{
    std::vector<finding_count> out;
    for (const auto& [resource, open] : findings.open())
        for (const auto& [id, one] : open) {
            const auto labels = labels_of(one);
            const auto known = std::ranges::find(out, labels, &finding_count::of);
            if (known != out.end())
                ++known->count;
            else
                out.push_back({labels, 1});
        }
    return out;
}

resource_gauges gauges_of(const coverage& seen, const baseline& trusted)
{
    resource_gauges out;
    out.resource = seen.type->name;
    out.baseline_entries = trusted.of(*seen.type).entries().size();
    if (seen.state == reading_state::never)
        return out;
    out.complete = seen.state == reading_state::complete;
    if (*out.complete && seen.type->pages != paging::no_endpoint)
        out.items = seen.items;
    out.last_complete = seen.last_complete;
    return out;
}

std::optional<two_factor_state> two_factor_of(const std::vector<coverage>& seen)
{
    const auto found = std::ranges::find_if(
        seen, [](const coverage& one) { return one.type->pages == paging::no_endpoint; });
    if (found == seen.end() || found->state == reading_state::never ||
        found->state == reading_state::accepted)
        return std::nullopt;  // also where it is not required, or not knowing it is accepted
    if (found->shown_to_be_off)
        return two_factor_state::off;
    return found->state == reading_state::complete ? two_factor_state::shown : two_factor_state::not_known;
}

// A whole literal for each, so that a search finds it.
std::string_view sentence_of(transition what)
{
    switch (what) {
        case transition::opened:
            return "finding opened";
        case transition::changed:
            return "finding changed";
        case transition::acknowledged:
            return "finding acknowledged";
        case transition::contained:
            return "finding contained";
        case transition::recreated:
            return "finding recreated";
        case transition::resolved:
            return "finding resolved";
        case transition::reminder:
            return "finding still open";
    }
    return "finding";
}

}  // namespace

account_watch::account_watch(std::unique_ptr<account> watched, const watch_surroundings& with)
    : watched_(std::move(watched)),
      with_(with),
      audit_(*watched_, with.log, with.counters, [this](std::size_t list) { hurry(list); }),
      round_(watched_->lists.size()),
      paces_(watched_->lists.size()),
      started_(watched_->now()),
      kept_all_at_(started_)
{
    watched_->listener = this;
    audit_.on_looked([this](time_point began) {
        if (names_.is_due_after_look(began))
            tell(names_.take());
    });
    with_.counters.watch(watched_->settings.name);
    if (!watched_->distrust.empty())
        with_.log.error("the baseline file is not trusted; the last good one is in force",
                        {{"account", watched_->settings.name},
                         {"in_force", watched_->trusted.file},
                         {"reason", watched_->distrust}});
}

task<> account_watch::watch_forever()
{
    using namespace asio::experimental::awaitable_operators;
    for (;;) {
        co_await until_organization_is_right();
        const auto ended = co_await (guarded(watch_everything()) || guarded(until_organization_is_refused()));
        const std::exception_ptr* failed = std::get_if<0>(&ended);
        if (failed == nullptr)
            failed = std::get_if<1>(&ended);
        if (*failed != nullptr)
            std::rethrow_exception(*failed);
    }
}

task<> account_watch::watch_everything()
{
    std::vector<task<>> work;
    for (std::size_t list = 0; list < watched_->lists.size(); ++list)
        work.push_back(watch_list(list));
    work.push_back(watch_the_unseen());
    work.push_back(audit_.watch_forever());
    work.push_back(watch_the_probe());
    work.push_back(release_names());
    co_await run_all(std::move(work));
}

// Where no answer has told yet whose key it is, asks again; ends only when it turns out to be another
// organisation's.
task<> account_watch::until_organization_is_refused()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (watched_->organization.is != organization_check::verdict::refused) {
        timer.expires_after(watched_->poll.interval);
        co_await timer.async_wait(asio::use_awaitable);
        if (watched_->organization.is == organization_check::verdict::not_known)
            co_await check_organization(*watched_);
    }
}

// A key of another organisation is told and asked about again, but nothing of that organisation is judged.
task<> account_watch::until_organization_is_right()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        co_await check_organization(*watched_);
        judge_the_unseen(*watched_);
        if (watched_->organization.is != organization_check::verdict::refused)
            break;
        with_.log.error("the API key belongs to another organisation; the account is not watched",
                        {{"account", watched_->settings.name}, {"reason", watched_->organization.reason}});
        timer.expires_after(watched_->poll.interval);
        co_await timer.async_wait(asio::use_awaitable);
    }
    if (!watched_->organization.reason.empty())
        with_.log.warn("the organisation of the API key could not be confirmed",
                       {{"account", watched_->settings.name}, {"reason", watched_->organization.reason}});
}

task<> account_watch::watch_list(std::size_t list)
{
    pace& its = paces_[list];
    for (;;) {
        const auto began = steady::now();
        round_.began(began);
        its.again = false;
        co_await read_and_judge(*watched_, watched_->lists[list]);
        if (const auto took = round_.read(list, steady::now()))
            end_sweep(*took);
        if (its.again)
            continue;
        const auto next = began + until_next_reading(*watched_, watched_->lists[list]);
        co_await its.due.wait_until(next);
    }
}

// Something happened to the list: it is read at once. A reading under way may have begun before that, so
// another one follows it.
void account_watch::hurry(std::size_t list)
{
    paces_[list].again = true;
    paces_[list].due.now();
}

// On its own time, so that a list that hangs is noticed while it hangs.
task<> account_watch::watch_the_unseen()
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        judge_the_unseen(*watched_);
        for (const auto& seen : watched_->seen)
            if (seen.type->pages == paging::no_endpoint)
                log_coverage(seen);
        pass_time();
        timer.expires_after(std::min<duration>(watched_->poll.interval, 5s));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// A look-up that takes too long, or fails, holds back no alert.
task<> account_watch::release_names()
{
    for (;;) {
        if (names_.is_due(watched_->now()))
            tell(names_.take());
        const bool waiting = names_.due_at().has_value();
        const auto until = waiting ? steady::now() + std::chrono::milliseconds(100) : wake_up::moment::max();
        co_await names_held_.wait_until(until);
    }
}

// The owner's own check of two-factor authentication, when there is one.
task<> account_watch::watch_the_probe()
{
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    const auto& probe = watched_->settings.probe;
    const auto place = place_of(probe ? probe->url : std::string{});
    https_options options;
    if (place)
        options.base_url = place->base_url;
    const auto http = create_https_client(std::move(options));
    if (!probe || !place || !http)
        co_await timer.async_wait(asio::use_awaitable);
    for (;;) {
        auto fresh = co_await ask_probe(**http, *probe, watched_->now());
        auto& known = watched_->signs.probe;
        known = known ? known_after(*known, std::move(fresh)) : std::move(fresh);
        timer.expires_after(watched_->poll.large_interval);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// What is due whether or not anything was read: reminders, what was held back, what is to be written down.
void account_watch::pass_time()
{
    const auto now = watched_->now();
    const auto attested =
        watched_->trusted.two_factor.attested ? ledger::attesting::two_factor : ledger::attesting::nothing;
    if (const auto due = watched_->findings.pass_time(with_.reminder_interval, attested, now); !due.empty())
        on_events(due);
    watched_->findings.mark_trails(watched_->audit, watched_->watching_since, now);
    if (gathered_.is_due(now))
        with_.people.tell(watched_->settings.name, gathered_.take());
    save();
    constexpr auto between_keeping_all = 5min;
    if (now - kept_all_at_ >= between_keeping_all)
        keep_all();
}

// What changed without an event.
void account_watch::save()
{
    auto unsaved = take_unsaved(*watched_, [this](const std::string& id) { return holds(id); });
    for (auto& event : audit_.take_new()) {
        auto key = std::pair(watched_->settings.name, event.id);
        unsaved.audited.emplace(std::move(key), std::move(event));
    }
    with_.state.put(std::move(unsaved));
}

void account_watch::finish()
{
    tell(names_.take());
    with_.people.tell(watched_->settings.name, gathered_.take());
    save();
    keep_all();
}

// Without this, when a finding was last seen would only be known as of its last event.
void account_watch::keep_all()
{
    kept_all_at_ = watched_->now();
    state_change all;
    for (auto& one : watched_->findings.all_open())
        if (!holds(one.id)) {
            auto id = one.id;
            all.findings.emplace(std::move(id), std::move(one));
        }
    with_.state.put(std::move(all));
}

void account_watch::use(baseline trusted)
{
    // Whose key it is, is asked anew before anything else is said about it.
    if (trusted.organization_id != watched_->trusted.organization_id)
        watched_->organization.is = organization_check::verdict::not_known;
    watched_->trusted = std::move(trusted);
    watched_->note_distrust({}, watched_->now());
    judge_again(*watched_);
}

void account_watch::note_distrust(std::string why)
{
    watched_->note_distrust(std::move(why), watched_->now());
}

// Without the copy the watch goes on: it is for the next start.
void account_watch::keep(const signed_text& in_force, const std::filesystem::path& at)
{
    if (const auto kept = keep_baseline(in_force, at); !kept)
        with_.log.error("the baseline in force cannot be kept: a start with a bad signature would be refused",
                        {{"account", watched_->settings.name}, {"reason", kept.error().what}});
}

result<finding> account_watch::acknowledge(const std::string& id, acknowledgement how)
{
    auto event = watched_->findings.acknowledge(id, std::move(how));
    if (!event)
        return event.error();
    on_events({*event});
    return std::move(event->about);
}

result<finding> account_watch::unacknowledge(const std::string& id)
{
    auto event = watched_->findings.unacknowledge(id, watched_->now());
    if (!event)
        return event.error();
    on_events({*event});
    return std::move(event->about);
}

void account_watch::end_sweep(std::chrono::nanoseconds took)
{
    trunkwarden::end_sweep(*watched_);
    const bool complete = watched_->complete();
    ++sweeps_;
    last_sweep_ = watched_->now();
    gathered_.end_sweep();
    pass_time();
    was_complete_ = was_complete_ || complete;
    with_.counters.sweep_ended(watched_->settings.name,
                               complete ? sweep_result::complete : sweep_result::incomplete, took);
    with_.log.debug("sweep ended",
                    {{"account", watched_->settings.name},
                     {"result", complete ? "complete" : "incomplete"},
                     {"seconds", fmt::format("{:.3f}", std::chrono::duration<double>(took).count())},
                     {"findings", watched_->findings.size()}});
}

void account_watch::count_detection(const finding& opened)
{
    const auto touched = parse_time(opened.what.touched);
    const auto changed = opened.by ? std::optional(opened.by->at) : touched;
    if (changed && *changed >= started_)
        with_.counters.detected(watched_->settings.name, opened.opened - *changed);
}

void account_watch::log_event(const finding_event& event)
{
    const auto& f = event.about;
    std::vector<log_field> fields{{"account", f.account},
                                  {"finding", f.id},
                                  {"severity", name_of(f.what.level)},
                                  {"kind", name_of(f.what.kind)},
                                  {"resource", f.what.type->name},
                                  {"resource_id", f.what.id}};
    if (f.by)
        fields.emplace_back("actor", f.by->user_id);
    if (!f.incident.empty())
        fields.emplace_back("incident", f.incident);
    if (f.times > 1)
        fields.emplace_back("times", f.times);
    fields.emplace_back("title", f.title);
    const bool calm = event.what == transition::resolved || event.what == transition::acknowledged;
    with_.log.write(calm ? log_level::info : log_level::warn, sentence_of(event.what), fields);
}

void account_watch::on_events(const std::vector<finding_event>& events)
{
    if (!audit_.is_watching()) {
        tell(events);
        return;
    }
    const bool waited_before = names_.due_at().has_value();
    tell(names_.add(events, watched_->now()));
    if (waited_before || !names_.due_at())
        return;
    audit_.look_now();
    names_held_.now();
}

void account_watch::tell(const std::vector<finding_event>& events)
{
    for (const auto& event : events) {
        log_event(event);
        if (event.what == transition::opened || event.what == transition::recreated) {
            with_.counters.finding_opened(event.about.account, labels_of(event.about));
            count_detection(event.about);
        }
    }
    with_.people.tell(watched_->settings.name, gathered_.add(events, watched_->now()));
}

void account_watch::on_list_read(const std::string&, const watched_list& list)
{
    for (const auto resource : list.watchers) {
        log_coverage(watched_->seen[resource]);
        audit_.on_reading(resource);
    }
}

void account_watch::log_coverage(const coverage& seen)
{
    const auto [known, is_first] = logged_.try_emplace(seen.type->name, seen.state);
    const bool changed = known->second != seen.state;
    known->second = seen.state;
    if (seen.state == reading_state::complete && changed)
        with_.log.info(
            "resource can be read again",
            {{"account", watched_->settings.name}, {"resource", seen.type->name}, {"objects", seen.items}});
    else if (seen.state != reading_state::complete && (changed || is_first))
        with_.log.warn("resource could not be read", {{"account", watched_->settings.name},
                                                      {"resource", seen.type->name},
                                                      {"state", name_of(seen.state)},
                                                      {"reason", seen.reason}});
}

std::string account_watch::name_and_holes() const
{
    std::string holes;
    if (sweeps_ > 0)
        for (const auto& seen : watched_->seen)
            if (!seen.satisfied())
                holes += (holes.empty() ? "" : ", ") + std::string(seen.type->name);
    return holes.empty() ? watched_->settings.name
                         : fmt::format("{} (not read: {})", watched_->settings.name, holes);
}

void account_watch::on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                              std::optional<std::uint64_t> remaining)
{
    with_.counters.api_answer(watched_->settings.name, method, status, took);
    if (remaining)
        rate_limit_remaining_ = static_cast<double>(*remaining);
}

account_gauges account_watch::gauges() const
{
    account_gauges out;
    out.account = watched_->settings.name;
    out.findings = count_findings(watched_->findings);
    for (const auto& seen : watched_->seen)
        out.resources.push_back(gauges_of(seen, watched_->trusted));
    out.rate_limit_remaining = rate_limit_remaining_;
    out.two_factor = two_factor_of(watched_->seen);
    out.audit_last_read = watched_->audit.read_at();
    return out;
}

account_status account_watch::status() const
{
    account_status out;
    out.name = watched_->settings.name;
    out.complete = sweeps_ > 0 && watched_->complete();
    out.sweeps = sweeps_;
    out.last_sweep = last_sweep_;
    out.refused = watched_->organization.refusal();
    out.seen = watched_->seen;
    out.findings = watched_->findings.all_open();
    out.audit_read = watched_->audit.read_at();
    out.audit_watched = watched_->poll.audit_interval.count() > 0;
    out.audit_trouble = audit_.trouble();
    const auto limits = stale_limits(*watched_);
    out.overdue_after = 2 * *std::ranges::max_element(limits);
    out.warnings = audit_.warnings();
    return out;
}

}  // namespace trunkwarden
