#include "alerts/sink_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace trunkwarden {
namespace {

using std::chrono::milliseconds;
using verdict = attempt_outcome::verdict;

constexpr milliseconds first_pause = std::chrono::seconds(1);
constexpr milliseconds max_pause = std::chrono::minutes(5);
// A critical message waits no longer than this for itself, and no longer than that for the failures of
// others, unless the receiver asks for more.
constexpr milliseconds max_pause_of_critical = std::chrono::minutes(1);
constexpr milliseconds max_pause_for_others = std::chrono::seconds(10);
// A receiver's Retry-After counts up to this.
constexpr milliseconds max_requested_wait = std::chrono::hours(1);
// Of a sink that answers: from then on it is the sink, not the message.
constexpr unsigned failures_in_a_row = 3;
// PagerDuty takes some 120 events a minute with one key. Lighter ones leave half of them to critical ones.
constexpr milliseconds pace_of_light_events = std::chrono::seconds(1);

milliseconds pause_after(unsigned failures)
{
    auto pause = first_pause;
    for (unsigned i = 1; i < failures && pause < max_pause; ++i)
        pause *= 2;
    return std::min(pause, max_pause);
}

bool is_opening(const delivery& delivery)
{
    return delivery.event == "opened" || delivery.event == "opened_many";
}

}  // namespace

std::size_t bytes_of(const delivery& delivery)
{
    constexpr std::size_t of_a_row = 512;
    constexpr std::size_t of_an_id = 96;  // in the body apart: here, in the index and in the state file
    return of_a_row + delivery.body.size() + of_an_id * delivery.findings.size();
}

bool has_come(time_point when, time_point now)
{
    return when <= now || when - now > 2 * max_requested_wait;
}

void sink_queue::add(waiting_message message)
{
    const auto number = message.delivery.number;
    message.urgency = std::max(message.urgency, message.weight);
    for (const auto& finding : message.delivery.findings) {
        auto& line = of_finding_[finding];
        line.insert(number);
        if (const auto behind = line.upper_bound(number); behind != line.end())
            message.urgency = std::max(message.urgency, queue_.at(*behind).urgency);
    }
    bytes_ += bytes_of(message.delivery);
    const auto [place, fresh] = queue_.insert_or_assign(number, std::move(message));
    raise_those_before(place->second);
}

// In the line of one finding no message is less urgent than one behind it: where one is urgent enough, so are
// all before it.
void sink_queue::raise_those_before(const waiting_message& message)
{
    std::vector<const waiting_message*> raised{&message};
    while (!raised.empty()) {
        const auto* from = raised.back();
        raised.pop_back();
        for (const auto& finding : from->delivery.findings) {
            const auto& line = of_finding_.find(finding)->second;
            for (auto at = line.find(from->delivery.number); at != line.begin();) {
                auto& before = queue_.at(*--at);
                if (before.urgency >= from->urgency)
                    break;
                before.urgency = from->urgency;
                raised.push_back(&before);
            }
        }
    }
}

std::optional<waiting_message> sink_queue::remove(std::int64_t number)
{
    const auto found = queue_.find(number);
    if (found == queue_.end())
        return std::nullopt;
    auto out = std::move(found->second);
    queue_.erase(found);
    under_way_.erase(number);
    bytes_ -= bytes_of(out.delivery);
    for (const auto& finding : out.delivery.findings) {
        const auto line = of_finding_.find(finding);
        if (line == of_finding_.end())
            continue;  // named twice in one message
        line->second.erase(number);
        if (line->second.empty())
            of_finding_.erase(line);
    }
    return out;
}

void sink_queue::release(std::int64_t number)
{
    if (const auto found = queue_.find(number); found != queue_.end())
        found->second.released = true;
}

void sink_queue::release_all()
{
    for (auto& [number, message] : queue_)
        message.released = true;
}

const waiting_message* sink_queue::find(std::int64_t number) const
{
    const auto found = queue_.find(number);
    return found == queue_.end() ? nullptr : &found->second;
}

bool sink_queue::in_turn(const waiting_message& message) const
{
    return std::ranges::all_of(message.delivery.findings, [&](const std::string& finding) {
        const auto& line = of_finding_.find(finding)->second;
        return *line.begin() == message.delivery.number &&
               std::ranges::none_of(under_way_, [&line](auto number) { return line.contains(number); });
    });
}

bool sink_queue::has_room_for(const waiting_message& message) const
{
    if (under_way_.empty())
        return true;
    return is_critical(message.urgency) && std::ranges::none_of(under_way_, [this](std::int64_t number) {
               return is_critical(queue_.at(number).urgency);
           });
}

// The end of the pause that holds up every message of this urgency.
time_point sink_queue::pause_of_all(const waiting_message& message, const sink_settings& sink) const
{
    if (is_critical(message.urgency))
        return std::max(asked_until_, critical_from_);
    const auto own = std::max(asked_until_, paused_until_);
    return sink.type == sink_type::pagerduty ? std::max(own, light_from_) : own;
}

std::optional<delivery> sink_queue::next(time_point now, const sink_settings& sink)
{
    waiting_message* first = nullptr;
    for (auto& [number, message] : queue_) {
        const bool is_candidate = message.released && !message.under_way &&
                                  has_come(message.delivery.next_attempt, now) &&
                                  has_come(pause_of_all(message, sink), now);
        if (!is_candidate)
            continue;
        const bool goes_before =
            first == nullptr || message.urgency > first->urgency ||
            (message.urgency == first->urgency && message.delivery.queued < first->delivery.queued);
        if (goes_before && has_room_for(message) && in_turn(message))
            first = &message;
    }
    if (first == nullptr)
        return std::nullopt;
    first->under_way = true;
    under_way_.insert(first->delivery.number);
    return first->delivery;
}

std::vector<delivery> sink_queue::take_beside(std::int64_t number, const std::set<std::string>& findings,
                                              std::size_t most)
{
    std::set<std::int64_t> candidates;
    for (const auto& finding : findings)
        if (const auto line = of_finding_.find(finding); line != of_finding_.end())
            candidates.insert(line->second.begin(), line->second.end());
    std::set<std::int64_t> taken{number};
    std::vector<delivery> out;
    for (const auto candidate : candidates) {
        auto& message = queue_.at(candidate);
        const bool may_go = message.released && !message.under_way && message.delivery.findings.size() == 1 &&
                            findings.contains(message.delivery.findings.front());
        if (!may_go || out.size() == most)
            continue;
        const auto& line = of_finding_.find(message.delivery.findings.front())->second;
        const bool is_next = std::all_of(line.begin(), line.find(candidate),
                                         [&taken](std::int64_t before) { return taken.contains(before); });
        if (!is_next)
            continue;
        taken.insert(candidate);
        message.under_way = true;
        under_way_.insert(candidate);
        out.push_back(message.delivery);
    }
    return out;
}

void sink_queue::put_back(std::int64_t number)
{
    under_way_.erase(number);
    if (const auto found = queue_.find(number); found != queue_.end())
        found->second.under_way = false;
}

std::optional<time_point> sink_queue::look_again(const sink_settings& sink) const
{
    std::optional<time_point> soonest;
    for (const auto& [number, message] : queue_) {
        const auto when = std::max(message.delivery.next_attempt, pause_of_all(message, sink));
        if ((!soonest || when < *soonest) && message.released && !message.under_way &&
            has_room_for(message) && in_turn(message))
            soonest = when;
    }
    return soonest;
}

void sink_queue::note(std::int64_t number, const attempt_outcome& outcome, time_point now)
{
    const auto found = queue_.find(number);
    if (found == queue_.end())
        return;
    auto& message = found->second;
    message.under_way = false;
    under_way_.erase(number);
    if (!is_critical(message.urgency))
        light_from_ = now + outcome.requests * pace_of_light_events;
    if (outcome.result != verdict::delivered) {
        ++message.delivery.attempts;
        message.delivery.last_error = outcome.why;
    }
    if (outcome.result != verdict::retry) {
        failures_ = 0;  // it does answer
        if (outcome.result == verdict::delivered)
            paused_until_ = critical_from_ = {};
        return;
    }
    ++failures_;
    const auto asked = std::min(outcome.wait.value_or(milliseconds(0)), max_requested_wait);
    const auto pause = pause_after(failures_);
    if (asked.count() > 0)
        asked_until_ = now + asked;
    if (!outcome.reached || asked.count() > 0 || failures_ >= failures_in_a_row) {
        paused_until_ = now + std::max(asked, pause);
        critical_from_ = now + (asked.count() > 0 ? asked : std::min(pause, max_pause_for_others));
    }
    const auto own = pause_after(message.delivery.attempts);
    if (!is_critical(message.urgency))
        message.delivery.next_attempt = now + std::max(asked, own);
    else  // where the receiver says when, that is when
        message.delivery.next_attempt =
            now + (asked.count() > 0 ? asked : std::min(own, max_pause_of_critical));
}

void sink_queue::start_over(time_point now)
{
    failures_ = 0;
    paused_until_ = asked_until_ = critical_from_ = light_from_ = {};
    under_way_.clear();
    for (auto& [number, message] : queue_) {
        message.under_way = false;
        message.delivery.next_attempt = now;
    }
}

std::vector<std::int64_t> sink_queue::replaced_by_change(const std::string& finding,
                                                         alert_weight weight) const
{
    std::vector<std::int64_t> out;
    const auto line = of_finding_.find(finding);
    if (line == of_finding_.end())
        return out;
    for (auto at = line->second.rbegin(); at != line->second.rend(); ++at) {
        const auto& message = queue_.at(*at);
        if (message.delivery.event != "changed" || message.under_way || message.weight > weight)
            break;
        out.push_back(*at);
    }
    return out;
}

std::vector<std::int64_t> sink_queue::older_than(std::int64_t number, const std::string& finding) const
{
    const auto line = of_finding_.find(finding);
    if (line == of_finding_.end())
        return {};
    return {line->second.begin(), line->second.lower_bound(number)};
}

std::vector<std::int64_t> sink_queue::gives_way() const
{
    const waiting_message* lightest = nullptr;
    for (const auto& [number, message] : queue_)
        if (!message.under_way && (lightest == nullptr || message.urgency < lightest->urgency))
            lightest = &message;
    if (lightest == nullptr)
        return {};
    std::set<std::int64_t> out{lightest->delivery.number};
    if (is_opening(lightest->delivery))
        for (const auto& finding : lightest->delivery.findings) {
            const auto& line = of_finding_.find(finding)->second;
            for (auto at = line.upper_bound(lightest->delivery.number); at != line.end(); ++at)
                if (!queue_.at(*at).under_way)
                    out.insert(*at);
        }
    return {out.begin(), out.end()};
}

}  // namespace trunkwarden
