#include "alerts/outbox.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "alerts/cut_message.hpp"
#include "alerts/finding_in_message.hpp"
#include "alerts/message.hpp"
#include "alerts/notification.hpp"
#include "catalogue/names.hpp"
#include "settings/mail_rules.hpp"
#include "state/history_words.hpp"
#include "support/json_member.hpp"

namespace trunkwarden {
namespace {

using verdict = attempt_outcome::verdict;

constexpr std::string_view many_at_once = "opened_many";

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

// A sink that was notified of a severe finding gets later messages with the same urgency.
severity heaviest_of(const finding& f)
{
    return std::max(f.deviation.level, f.max_severity);
}

// The weight of a message of an earlier run, by its text. One that cannot be read is dealt with first.
// Earlier versions wrote messages of any length: those are cut.
alert_weight take_up(delivery& delivery)
{
    auto message = notification_of(delivery.body);
    if (!message)
        return weight_of_message(severity::critical, delivery.event);
    auto level = severity::info;
    for (const auto& finding : message->findings)
        level = std::max(level, weight_of(string_at(finding, "severity")));
    const message_limits limits;
    if (delivery.body.size() > limits.text)
        delivery.body = to_text(cut_to(std::move(*message), limits));
    return weight_of_message(level, delivery.event);
}

}  // namespace

std::string outbox::sink_is_gone(const std::string& name)
{
    return fmt::format("the sink {} is not in the settings any more", name);
}

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
    for (auto& delivery : kept) {
        last_number_ = std::max(last_number_, delivery.number);
        if (delivery.body.empty()) {  // more than a start reads
            change.delivered.insert(delivery.number);
            ++gave_way_[delivery.sink];
            continue;
        }
        if (auto late = late_mail_of(delivery.body)) {
            restore_late({std::move(delivery), *std::move(late)}, change);
            continue;
        }
        const auto weight = take_up(delivery);
        const auto its = lanes_.find(delivery.sink);
        if (delivery.dead) {
            dead_.restore({std::move(delivery), weight}, change);
        } else if (its == lanes_.end()) {
            auto why = sink_is_gone(delivery.sink);
            give_up({.delivery = std::move(delivery), .weight = weight}, std::move(why), now, change);
        } else {
            delivery.next_attempt = delivery.queued;  // the obstacle may be gone by now
            wait(its->second, {.delivery = std::move(delivery), .weight = weight, .released = true}, now,
                 change);
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
    for (auto& [name, its] : lanes_)
        for (const auto number : its.late.keep_only(mail_addresses_in(its.settings.mail.to)))
            change.delivered.insert(number);
    for (auto& [name, gone] : before) {
        for (const auto& [number, message] : gone.queue.all())
            give_up(message, sink_is_gone(name), now, change);
        for (const auto number : gone.late.keep_only({}))
            change.delivered.insert(number);
    }
    return change;
}

void outbox::start_over(const std::string& sink, time_point now)
{
    lanes_.at(sink).queue.start_over(now);
    lanes_.at(sink).late.start_over(now);
}

void outbox::give_up(waiting_message message, std::string why, time_point now, state_change& change)
{
    message.delivery.last_error = std::move(why);
    message.delivery.dead = true;
    if (!message.was_dead)
        note_death(message.delivery, now, change);
    dead_.add({std::move(message.delivery), message.weight}, now, change);
}

// The first of a sink and hour is severe, the others are minor: somebody in the account can make any number
// of messages, and of a sink that is away each is refused.
void outbox::note_death(const delivery& delivery, time_point now, state_change& change)
{
    constexpr auto once_in = std::chrono::hours(1);
    auto event = history_of(delivery, now);
    const auto [noted, is_first] = death_noted_.try_emplace(delivery.sink, now);
    if (is_first || now - noted->second >= once_in || now < noted->second) {
        noted->second = now;
        event.level = severity::high;
    }
    change.events.push_back(std::move(event));
}

// The message waits; while there are too many, the lightest ones give way.
void outbox::wait(lane& in, waiting_message message, time_point now, state_change& change)
{
    in.queue.add(std::move(message));
    while (in.queue.size() > max_pending || in.queue.bytes() > max_bytes) {
        const auto lightest = in.queue.gives_way();
        if (lightest.empty())
            return;
        gave_way_[in.settings.name] += lightest.size();
        for (const auto number : lightest)
            give_up(*in.queue.remove(number), too_much_waited(), now, change);
    }
}

// Returns how many of the findings the message contains: all, or of alerts those that fit into it.
std::size_t outbox::add(lane& to, const moment& moment, openings about, std::string_view event)
{
    notification message;
    message.event = event;
    message.delivery_id = new_id_();
    message.account = moment.account;
    auto level = severity::info;
    for (const auto* each : about) {
        level = std::max(level, heaviest_of(each->about));
        if (message.findings.size() < max_in_full)
            message.findings.push_back(finding_in_message(each->about));
        if (event == many_at_once) {
            message.ids.push_back(each->about.id);
            message.severities.emplace_back(name_of(each->about.deviation.level));
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
    auto& delivery = fresh.delivery;
    delivery.number = ++last_number_;
    delivery.id = message.delivery_id;
    delivery.sink = to.settings.name;
    delivery.account = moment.account;
    delivery.event = message.event;
    delivery.queued = moment.since;
    delivery.next_attempt = moment.at;
    for (const auto* each : about)
        delivery.findings.push_back(each->about.id);
    delivery.body = to_text(message);
    fresh.weight = weight_of_message(level, event);
    moment.change.deliveries.insert_or_assign(delivery.number, delivery);
    wait(to, std::move(fresh), moment.at, moment.change);
    return about.size();
}

void outbox::add_each(lane& to, const moment& moment, const openings& all)
{
    for (const auto* event : all)
        add(to, moment, {event}, name_of(transition::opened));
}

// Several changes of a finding that wait are one message: the newest, at the place of the first.
void outbox::add_changed(lane& to, const moment& moment, const finding_event& event)
{
    const auto name = name_of(transition::changed);
    const auto weight = weight_of_message(heaviest_of(event.about), name);
    auto since = moment.since;
    for (const auto number : to.queue.replaced_by_change(event.about.id, weight)) {
        since = std::min(since, to.queue.remove(number)->delivery.queued);
        moment.change.deliveries.erase(number);
        moment.change.delivered.insert(number);
    }
    add(to, {moment.account, moment.at, moment.change, since}, {&event}, name);
}

void outbox::put_openings(lane& to, const moment& moment, openings all)
{
    std::ranges::stable_sort(all, std::ranges::greater(),
                             [](const auto* message) { return message->about.deviation.level; });
    const bool every_alert = takes_every_alert(to.settings);
    if (!every_alert) {
        const auto light = std::ranges::find_if(
            all, [](const auto* message) { return message->about.deviation.level < severity::critical; });
        const auto alone = std::min<std::ptrdiff_t>(light - all.begin(), max_critical);
        add_each(to, moment, {all.begin(), all.begin() + alone});
        all.erase(all.begin(), all.begin() + alone);
    }
    if (all.size() <= max_openings) {
        add_each(to, moment, all);
        return;
    }
    const auto at_once = every_alert ? max_in_full : all.size();
    for (auto from = all.begin(); from != all.end();) {
        const auto some = std::min(at_once, static_cast<std::size_t>(all.end() - from));
        const openings about(from, from + static_cast<std::ptrdiff_t>(some));
        from += static_cast<std::ptrdiff_t>(add(to, moment, about, many_at_once));
    }
}

// Queues an event of a finding after its opening.
void outbox::put_later(lane& to, const moment& moment, const finding_event& event)
{
    // A reminder is superfluous while the queue is full, or an older message about the finding waits in it.
    const bool superfluous =
        event.transition == transition::reminder && (is_full(to.queue) || to.queue.waits(event.about.id));
    if (event.transition == transition::changed)
        add_changed(to, moment, event);
    else if (!superfluous)
        add(to, moment, {&event}, name_of(event.transition));
}

state_change outbox::put(const std::string& account, const std::vector<finding_event>& events, time_point now)
{
    state_change change;
    const moment moment{account, now, change, now};
    for (const auto& event : events)
        change.findings.insert_or_assign(event.about.id, event.about);
    for (auto& [name, to] : lanes_) {
        openings opened;
        openings later;
        for (const auto& event : events)
            if (wants(to.settings, event.about))
                (event.transition == transition::opened ? opened : later).push_back(&event);
        put_openings(to, moment, std::move(opened));
        for (const auto* event : later)
            put_later(to, moment, *event);
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

std::optional<delivery> outbox::next(const std::string& sink, time_point now)
{
    auto& its = lanes_.at(sink);
    for (auto& letter : dead_.due(sink, now))
        wait_again(std::move(letter), now);
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
        if (outcome.result == verdict::retry) {
            change.deliveries.emplace(number, its.queue.find(number)->delivery);
            break;
        }
        auto done = *its.queue.remove(number);
        if (outcome.result == verdict::rejected) {
            give_up(std::move(done), outcome.why, now, change);
            break;
        }
        change.delivered.insert(number);
        change.taken[name] = now;
        its.late.try_others(outcome.late.addresses, now);
        overtake(its, done.delivery, now, change);
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
    const auto take = [&](const delivery& delivery) {
        if (std::ranges::find(delivery.findings, finding) != delivery.findings.end())
            out.push_back(delivery);
    };
    for (const auto& [name, its] : lanes_) {
        for (const auto& [number, message] : its.queue.all())
            take(message.delivery);
        for (const auto& late : its.late.all())
            take(late);
    }
    for (const auto& [sink, letters] : dead_.all())
        for (const auto& [number, letter] : letters)
            take(letter.delivery);
    std::ranges::sort(out, {}, &delivery::number);
    return out;
}

std::size_t outbox::pending(const std::string& sink) const
{
    return lanes_.at(sink).queue.size();
}

outbox::losses outbox::take_losses()
{
    auto forgotten = dead_.forgotten();
    for (const auto& [sink, count] : std::exchange(never_taken_, {}))
        forgotten[sink] += count;
    return {std::exchange(gave_way_, {}), std::move(forgotten)};
}

}  // namespace trunkwarden
