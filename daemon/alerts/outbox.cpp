#include "alerts/outbox.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "alerts/notification.hpp"
#include "catalogue/names.hpp"
#include "findings/finding_json.hpp"

namespace trunkwarden {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause = std::chrono::seconds(1);
constexpr milliseconds max_pause = std::chrono::minutes(5);
constexpr milliseconds max_requested_wait =
    std::chrono::hours(1);  // a receiver's Retry-After counts up to this
constexpr unsigned failures_in_a_row =
    3;  // of a sink that answers: from then on it is the sink, not the message

milliseconds pause_after(unsigned failures)
{
    auto pause = first_pause;
    for (unsigned i = 1; i < failures && pause < max_pause; ++i)
        pause *= 2;
    return std::min(pause, max_pause);
}

// A moment further ahead than any wait was set by a clock that was wrong.
bool has_come(time_point when, time_point now)
{
    return when <= now || when - now > 2 * max_requested_wait;
}

std::string sink_is_gone(const std::string& name)
{
    return fmt::format("the sink {} is not in the settings any more", name);
}

bool takes_every_alert(const sink_settings& sink)
{
    return sink.type == sink_type::alertmanager;
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

state_change outbox::restore(std::vector<delivery> kept)
{
    state_change change;
    for (auto& one : kept) {
        last_number_ = std::max(last_number_, one.number);
        const auto its = lanes_.find(one.sink);
        if (one.dead) {
            if (its != lanes_.end())
                ++its->second.dead;
            continue;
        }
        if (its == lanes_.end()) {
            one.dead = true;
            one.last_error = sink_is_gone(one.sink);
            change.deliveries.emplace(one.number, std::move(one));
            continue;
        }
        one.next_attempt = one.queued;  // whatever was in the way may have been mended
        const auto number = one.number;
        its->second.queue.emplace(number, waiting{.what = std::move(one), .released = true});
    }
    return change;
}

state_change outbox::use(std::vector<sink_settings> sinks)
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
        for (auto& [number, one] : gone.queue) {
            one.what.dead = true;
            one.what.last_error = sink_is_gone(name);
            change.deliveries.emplace(number, std::move(one.what));
        }
    return change;
}

void outbox::start_over(const std::string& sink, time_point now)
{
    auto& its = lanes_.at(sink);
    its.failures = 0;
    its.paused_until = {};
    for (auto& [number, one] : its.queue) {
        one.under_way = false;
        one.what.next_attempt = now;
    }
}

void outbox::make_room(lane& in, state_change& change)
{
    if (in.queue.size() < max_pending)
        return;
    const auto oldest = std::ranges::find_if(in.queue, [](const auto& one) { return !one.second.under_way; });
    if (oldest == in.queue.end())
        return;
    auto given_up = std::move(oldest->second.what);
    in.queue.erase(oldest);
    given_up.dead = true;
    given_up.last_error = fmt::format("given up: more than {} messages waited for this sink", max_pending);
    ++in.dead;
    const auto number = given_up.number;
    change.deliveries.insert_or_assign(number, std::move(given_up));
}

void outbox::add(lane& to, const moment& of, const openings& about, std::string_view event)
{
    // Whoever has not heard the last message yet needs no reminder of it.
    if (event == name_of(transition::reminder) &&
        (to.queue.size() >= max_pending || waits(to.settings.name, about.front()->about.id)))
        return;
    make_room(to, of.change);
    notification message;
    message.event = event;
    message.delivery_id = new_id_();
    message.account = of.account;
    delivery one;
    one.number = ++last_number_;
    one.id = message.delivery_id;
    one.sink = to.settings.name;
    one.account = of.account;
    one.event = message.event;
    one.queued = one.next_attempt = of.at;
    for (const auto* each : about) {
        one.findings.push_back(each->about.id);
        if (message.findings.size() < max_in_full)
            message.findings.push_back(to_json(each->about));
    }
    if (event == "opened_many")
        message.ids = one.findings;
    one.body = to_text(message);
    of.change.deliveries.insert_or_assign(one.number, one);
    const auto number = one.number;
    to.queue.emplace(number, waiting{.what = std::move(one)});
}

void outbox::put_openings(lane& to, const moment& of, const openings& all)
{
    if (all.size() <= max_openings) {
        for (const auto* one : all)
            add(to, of, {one}, name_of(transition::opened));
        return;
    }
    const auto at_once = takes_every_alert(to.settings) ? max_in_full : all.size();
    for (std::size_t from = 0; from < all.size(); from += at_once) {
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
        const auto last = first + static_cast<std::ptrdiff_t>(std::min(at_once, all.size() - from));
        add(to, of, {first, last}, "opened_many");
    }
}

state_change outbox::put(const std::string& account, const std::vector<finding_event>& events, time_point now)
{
    state_change change;
    const moment of{account, now, change};
    for (const auto& event : events)
        change.findings.insert_or_assign(event.about.id, event.about);
    for (auto& [name, to] : lanes_) {
        openings opened;
        for (const auto& event : events)
            if (event.what == transition::opened && wants(to.settings, event.about))
                opened.push_back(&event);
        put_openings(to, of, opened);
        for (const auto& event : events)
            if (event.what != transition::opened && wants(to.settings, event.about))
                add(to, of, {&event}, name_of(event.what));
    }
    return change;
}

void outbox::release(std::int64_t number)
{
    for (auto& [name, its] : lanes_)
        if (const auto found = its.queue.find(number); found != its.queue.end())
            found->second.released = true;
}

void outbox::release_all()
{
    for (auto& [name, its] : lanes_)
        for (auto& [number, one] : its.queue)
            one.released = true;
}

template <class Lane, class Visit>
void outbox::for_each_in_turn(Lane& its, Visit visit)
{
    std::set<std::string_view> held_up;
    for (auto& [number, one] : its.queue) {
        const bool in_turn = std::ranges::none_of(
            one.what.findings, [&held_up](const std::string& id) { return held_up.contains(id); });
        if (in_turn && one.released && !one.under_way && visit(one))
            return;
        held_up.insert(one.what.findings.begin(), one.what.findings.end());
    }
}

std::optional<delivery> outbox::next(const std::string& sink, time_point now)
{
    auto& its = lanes_.at(sink);
    std::optional<delivery> found;
    if (!has_come(its.paused_until, now))
        return found;
    for_each_in_turn(its, [&](waiting& one) {
        if (!has_come(one.what.next_attempt, now))
            return false;
        one.under_way = true;
        found = one.what;
        return true;
    });
    return found;
}

std::optional<time_point> outbox::look_again(const std::string& sink) const
{
    const auto& its = lanes_.at(sink);
    std::optional<time_point> soonest;
    for_each_in_turn(its, [&](const waiting& one) {
        const auto when = std::max(one.what.next_attempt, its.paused_until);
        soonest = soonest ? std::min(*soonest, when) : when;
        return false;
    });
    return soonest;
}

bool outbox::waits(const std::string& sink, const std::string& finding) const
{
    return std::ranges::any_of(lanes_.at(sink).queue, [&finding](const auto& one) {
        return std::ranges::find(one.second.what.findings, finding) != one.second.what.findings.end();
    });
}

state_change outbox::settle(std::int64_t number, const attempt_outcome& outcome, time_point now)
{
    state_change change;
    for (auto& [name, its] : lanes_) {
        const auto found = its.queue.find(number);
        if (found == its.queue.end())
            continue;
        auto& one = found->second;
        one.under_way = false;
        if (outcome.how == attempt_outcome::verdict::delivered) {
            its.failures = 0;
            its.paused_until = {};
            change.delivered.insert(number);
            change.taken[name] = now;
            its.queue.erase(found);
            break;
        }
        ++one.what.attempts;
        one.what.last_error = outcome.why;
        if (outcome.how == attempt_outcome::verdict::rejected) {
            its.failures = 0;  // it does answer
            one.what.dead = true;
            ++its.dead;
            change.deliveries.emplace(number, std::move(one.what));
            its.queue.erase(found);
            break;
        }
        ++its.failures;
        const auto asked = std::min(outcome.wait.value_or(milliseconds(0)), max_requested_wait);
        one.what.next_attempt = now + std::max(asked, pause_after(one.what.attempts));
        if (!outcome.reached || asked.count() > 0 || its.failures >= failures_in_a_row)
            its.paused_until = now + std::max(asked, pause_after(its.failures));
        change.deliveries.emplace(number, one.what);
        break;
    }
    return change;
}

// Whoever heard of a finding hears how it goes on, also when it weighs less by now.
bool outbox::wants(const sink_settings& sink, const finding& f)
{
    return std::max(f.what.level, f.max_severity) >= sink.min_severity;
}

std::size_t outbox::pending(const std::string& sink) const
{
    return lanes_.at(sink).queue.size();
}

std::size_t outbox::dead(const std::string& sink) const
{
    return lanes_.at(sink).dead;
}

}  // namespace trunkwarden
