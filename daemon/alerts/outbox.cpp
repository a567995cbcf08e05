#include "alerts/outbox.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "alerts/cut_message.hpp"
#include "alerts/finding_in_message.hpp"
#include "alerts/message.hpp"
#include "alerts/notification.hpp"
#include "catalogue/names.hpp"
#include "state/history_words.hpp"
#include "support/json_member.hpp"

namespace trunkwarden {
namespace {

using verdict = attempt_outcome::verdict;

constexpr std::string_view many_at_once = "opened_many";

std::string sink_is_gone(const std::string& name)
{
    return fmt::format("the sink {} is not in the settings any more", name);
}

std::string too_much_waited()
{
    return fmt::format("given up: more than {} messages or {} MiB waited for this sink", outbox::max_pending,
                       outbox::max_bytes / (1024UL * 1024));
}

bool takes_every_alert(const sink_settings& sink)
{
    return sink.type == sink_type::alertmanager;
}

bool is_full(const sink_queue& queue)
{
    return queue.size() >= outbox::max_pending || queue.bytes() >= outbox::max_bytes;
}

// A sink that was told of a severe finding is told what follows with the same urgency.
severity heaviest_of(const finding& f)
{
    return std::max(f.what.level, f.max_severity);
}

// Of a message of an earlier run: what its text says. One that cannot be read is dealt with first. Earlier
// versions wrote messages of any length: those are cut.
alert_weight take_up(delivery& one)
{
    auto message = notification_of(one.body);
    if (!message)
        return weight_of_message(severity::critical, one.event);
    auto level = severity::info;
    for (const auto& finding : message->findings)
        level = std::max(level, weight_of(string_at(finding, "severity")));
    const message_limits limits;
    if (one.body.size() > limits.text)
        one.body = to_text(cut_to(std::move(*message), limits));
    return weight_of_message(level, one.event);
}

}  // namespace

outbox::outbox(std::vector<sink_settings> sinks, std::function<std::string()> new_id)
    : new_id_(std::move(new_id))
{
    for (auto& sink : sinks) {
        auto name = sink.name;
        lanes_[std::move(name)].settings = std::move(sink);
    }
}

state_change outbox::restore(std::vector<delivery> kept, time_point now)
{
    state_change change;
    for (auto& one : kept) {
        last_number_ = std::max(last_number_, one.number);
        if (one.body.empty()) {  // more than a start reads
            change.delivered.insert(one.number);
            ++gave_way_[one.sink];
            continue;
        }
        const auto weight = take_up(one);
        const auto its = lanes_.find(one.sink);
        if (one.dead) {
            dead_.restore({std::move(one), weight}, change);
        } else if (its == lanes_.end()) {
            auto why = sink_is_gone(one.sink);
            give_up({.what = std::move(one), .weight = weight}, std::move(why), now, change);
        } else {
            one.next_attempt = one.queued;  // the obstacle may be gone by now
            wait(its->second, {.what = std::move(one), .weight = weight, .released = true}, now, change);
        }
    }
    return change;
}

state_change outbox::replace_sinks(std::vector<sink_settings> sinks, time_point now)
{
    std::map<std::string, lane> before = std::exchange(lanes_, {});
    for (auto& sink : sinks) {
        auto name = sink.name;
        const auto known = before.extract(name);
        auto& its = lanes_[std::move(name)];
        if (known)
            its = std::move(known.mapped());
        its.settings = std::move(sink);
    }
    state_change change;
    for (auto& [name, gone] : before)
        for (const auto& [number, one] : gone.queue.all())
            give_up(one, sink_is_gone(name), now, change);
    return change;
}

void outbox::start_over(const std::string& sink, time_point now)
{
    lanes_.at(sink).queue.start_over(now);
}

void outbox::give_up(waiting_message one, std::string why, time_point now, state_change& change)
{
    one.what.last_error = std::move(why);
    one.what.dead = true;
    if (!one.was_dead)
        note_death(one.what, now, change);
    dead_.add({std::move(one.what), one.weight}, now, change);
}

// The first of a sink and hour weighs, the others are light: somebody in the account can make any number of
// messages, and of a sink that is away each is refused.
void outbox::note_death(const delivery& one, time_point now, state_change& change)
{
    constexpr auto once_in = std::chrono::hours(1);
    auto event = history_of(one, now);
    const auto [noted, is_first] = death_noted_.try_emplace(one.sink, now);
    if (is_first || now - noted->second >= once_in || now < noted->second) {
        noted->second = now;
        event.level = severity::high;
    }
    change.events.push_back(std::move(event));
}

// The message waits; while there are too many, the lightest ones give way.
void outbox::wait(lane& in, waiting_message one, time_point now, state_change& change)
{
    in.queue.add(std::move(one));
    while (in.queue.size() > max_pending || in.queue.bytes() > max_bytes) {
        const auto lightest = in.queue.gives_way();
        if (lightest.empty())
            return;
        gave_way_[in.settings.name] += lightest.size();
        for (const auto number : lightest)
            give_up(*in.queue.remove(number), too_much_waited(), now, change);
    }
}

// Returns how many of the findings the message tells of: all, or of alerts those that fit into it.
std::size_t outbox::add(lane& to, const moment& of, openings about, std::string_view event)
{
    notification message;
    message.event = event;
    message.delivery_id = new_id_();
    message.account = of.account;
    auto level = severity::info;
    for (const auto* each : about) {
        level = std::max(level, heaviest_of(each->about));
        if (message.findings.size() < max_in_full)
            message.findings.push_back(finding_in_message(each->about));
        if (event == many_at_once) {
            message.ids.push_back(each->about.id);
            message.severities.emplace_back(name_of(each->about.what.level));
        }
    }
    message = cut_to(std::move(message), {});
    if (takes_every_alert(to.settings) && message.findings.size() < about.size()) {
        about.resize(message.findings.size());
        message.ids.resize(std::min(message.ids.size(), about.size()));
        message.severities.resize(message.ids.size());
        message.in_all = about.size();
    }
    waiting_message fresh;
    auto& one = fresh.what;
    one.number = ++last_number_;
    one.id = message.delivery_id;
    one.sink = to.settings.name;
    one.account = of.account;
    one.event = message.event;
    one.queued = of.since;
    one.next_attempt = of.at;
    for (const auto* each : about)
        one.findings.push_back(each->about.id);
    one.body = to_text(message);
    fresh.weight = weight_of_message(level, event);
    of.change.deliveries.insert_or_assign(one.number, one);
    wait(to, std::move(fresh), of.at, of.change);
    return about.size();
}

void outbox::add_each(lane& to, const moment& of, const openings& all)
{
    for (const auto* one : all)
        add(to, of, {one}, name_of(transition::opened));
}

// Several changes of a finding that wait are one message: the newest, at the place of the first.
void outbox::add_changed(lane& to, const moment& of, const finding_event& event)
{
    const auto name = name_of(transition::changed);
    const auto weight = weight_of_message(heaviest_of(event.about), name);
    auto since = of.since;
    for (const auto number : to.queue.replaced_by_change(event.about.id, weight)) {
        since = std::min(since, to.queue.remove(number)->what.queued);
        of.change.deliveries.erase(number);
        of.change.delivered.insert(number);
    }
    add(to, {of.account, of.at, of.change, since}, {&event}, name);
}

void outbox::put_openings(lane& to, const moment& of, openings all)
{
    std::ranges::stable_sort(all, std::ranges::greater(),
                             [](const auto* one) { return one->about.what.level; });
    const bool every_alert = takes_every_alert(to.settings);
    if (!every_alert) {
        const auto light = std::ranges::find_if(
            all, [](const auto* one) { return one->about.what.level < severity::critical; });
        const auto alone = std::min<std::ptrdiff_t>(light - all.begin(), max_critical);
        add_each(to, of, {all.begin(), all.begin() + alone});
        all.erase(all.begin(), all.begin() + alone);
    }
    if (all.size() <= max_openings) {
        add_each(to, of, all);
        return;
    }
    const auto at_once = every_alert ? max_in_full : all.size();
    for (auto from = all.begin(); from != all.end();) {
        const auto some = std::min(at_once, static_cast<std::size_t>(all.end() - from));
        const openings about(from, from + static_cast<std::ptrdiff_t>(some));
        from += static_cast<std::ptrdiff_t>(add(to, of, about, many_at_once));
    }
}

// Queues an event of a finding after its opening.
void outbox::put_later(lane& to, const moment& of, const finding_event& event)
{
    // A reminder is superfluous while the queue is full, or an older message about the finding waits in it.
    const bool superfluous =
        event.what == transition::reminder && (is_full(to.queue) || to.queue.waits(event.about.id));
    if (event.what == transition::changed)
        add_changed(to, of, event);
    else if (!superfluous)
        add(to, of, {&event}, name_of(event.what));
}

state_change outbox::put(const std::string& account, const std::vector<finding_event>& events, time_point now)
{
    state_change change;
    const moment of{account, now, change, now};
    for (const auto& event : events)
        change.findings.insert_or_assign(event.about.id, event.about);
    for (auto& [name, to] : lanes_) {
        openings opened;
        openings later;
        for (const auto& event : events)
            if (wants(to.settings, event.about))
                (event.what == transition::opened ? opened : later).push_back(&event);
        put_openings(to, of, std::move(opened));
        for (const auto* event : later)
            put_later(to, of, *event);
    }
    return change;
}

state_change outbox::put_open(const std::string& sink, const std::string& account,
                              const std::vector<finding>& open, time_point now)
{
    state_change change;
    auto& to = lanes_.at(sink);
    std::vector<finding_event> events;
    events.reserve(open.size());
    for (const auto& each : open)
        if (wants(to.settings, each))
            events.push_back({transition::opened, each, now});
    openings opened;
    opened.reserve(events.size());
    for (const auto& event : events)
        opened.push_back(&event);
    put_openings(to, {account, now, change, now}, std::move(opened));
    return change;
}

void outbox::release(std::int64_t number)
{
    for (auto& [name, its] : lanes_)
        its.queue.release(number);
}

void outbox::release_all()
{
    for (auto& [name, its] : lanes_)
        its.queue.release_all();
}

// Behind what is new of its weight: a thousand old letters must not delay the next one.
void outbox::wait_again(dead_letter one, time_point now)
{
    one.what.dead = false;
    one.what.next_attempt = now;
    lanes_.at(one.what.sink)
        .queue.add({.what = std::move(one.what),
                    .weight = said_again(one.weight),
                    .released = true,
                    .was_dead = true});
}

std::optional<delivery> outbox::next(const std::string& sink, time_point now)
{
    auto& its = lanes_.at(sink);
    for (auto& one : dead_.due(sink, now))
        wait_again(std::move(one), now);
    return its.queue.next(now, its.settings);
}

std::optional<time_point> outbox::look_again(const std::string& sink, time_point now) const
{
    const auto& its = lanes_.at(sink);
    const auto waiting = its.queue.look_again(its.settings);
    const auto dead = dead_.next_due(sink, now);
    return waiting && dead ? std::min(waiting, dead) : waiting ? waiting : dead;
}

bool outbox::waits(const std::string& sink, const std::string& finding) const
{
    return lanes_.at(sink).queue.waits(finding);
}

state_change outbox::settle(std::int64_t number, const attempt_outcome& outcome, time_point now)
{
    state_change change;
    for (auto& [name, its] : lanes_) {
        if (its.queue.find(number) == nullptr)
            continue;
        its.queue.note(number, outcome, now);
        if (outcome.how == verdict::retry) {
            change.deliveries.emplace(number, its.queue.find(number)->what);
            break;
        }
        auto done = *its.queue.remove(number);
        if (outcome.how == verdict::rejected) {
            give_up(std::move(done), outcome.why, now, change);
            break;
        }
        change.delivered.insert(number);
        change.taken[name] = now;
        overtake(its, done.what, now, change);
        break;
    }
    return change;
}

// The sink took a message: older ones about its findings, which were dead, would come out of order now.
void outbox::overtake(lane& in, const delivery& by, time_point now, state_change& change)
{
    for (const auto& finding : by.findings) {
        for (const auto older : in.queue.older_than(by.number, finding))
            give_up(*in.queue.remove(older), "the sink took a later message about its finding", now, change);
        dead_.overtake(in.settings.name, finding, by.number, change);
    }
}

// A sink that was notified of a finding gets its later events, too, when the finding is less severe by now.
bool outbox::wants(const sink_settings& sink, const finding& f)
{
    return heaviest_of(f) >= sink.min_severity;
}

std::vector<delivery> outbox::about(const std::string& finding) const
{
    std::vector<delivery> out;
    const auto take = [&](const delivery& one) {
        if (std::ranges::find(one.findings, finding) != one.findings.end())
            out.push_back(one);
    };
    for (const auto& [name, its] : lanes_)
        for (const auto& [number, one] : its.queue.all())
            take(one.what);
    for (const auto& [sink, letters] : dead_.all())
        for (const auto& [number, one] : letters)
            take(one.what);
    std::ranges::sort(out, {}, &delivery::number);
    return out;
}

std::size_t outbox::pending(const std::string& sink) const
{
    return lanes_.at(sink).queue.size();
}

result<state_change> outbox::resend(const std::string& id, time_point now)
{
    auto one = dead_.take(id);
    if (!one)
        return failure{errc::not_found,
                       "there is no dead letter with this delivery_id; \"trunkwarden alerts "
                       "dead\" lists them"};
    state_change change;
    if (!lanes_.contains(one->what.sink)) {
        const failure why{errc::bad_usage, sink_is_gone(one->what.sink) +
                                               ": the message can be sent again when it is there again"};
        dead_.restore(std::move(*one), change);
        return why;
    }
    const auto number = one->what.number;
    auto& written = change.deliveries[number];
    written = one->what;
    written.dead = false;
    written.next_attempt = now;
    wait_again(std::move(*one), now);
    return change;
}

resent_letters outbox::resend_all(time_point now, state_change& change)
{
    resent_letters out;
    std::vector<std::string> ids;
    for (const auto& [sink, all] : dead_.all())
        for (const auto& [number, one] : all) {
            if (one.overtaken())
                ++out.overtaken;
            else if (!lanes_.contains(sink))
                ++out.without_sink;
            else
                ids.push_back(one.what.id);
        }
    for (const auto& id : ids)
        if (auto again = resend(id, now)) {
            ++out.letters;
            change.add(std::move(*again));
        }
    return out;
}

outbox::losses outbox::take_losses()
{
    return {std::exchange(gave_way_, {}), dead_.forgotten()};
}

}  // namespace trunkwarden
