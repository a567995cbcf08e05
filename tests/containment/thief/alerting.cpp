#include <algorithm>

#include "containment/thief/thief_world.hpp"

namespace trunkwarden::thief {

using namespace std::chrono_literals;

// A receiver that takes a message every five seconds, as a chat does that is in use otherwise.
constexpr auto time_of_a_message = 5s;

void thief_world::on_events(const std::vector<finding_event>& events)
{
    send_alerts(now);
    demo_world::on_events(events);
    auto heard = events;
    if (planted_ == planted::tells_nobody)
        std::erase_if(
            heard, [](const finding_event& event) { return event.about.deviation.level >= severity::high; });
    for (auto& event : heard) {
        if (planted_ == planted::blind_is_light && event.about.deviation.kind == deviation_kind::blind)
            event.about.deviation.level = severity::high;
        told_[event.about.id] = now;
        if (event.about.deviation.level == severity::critical)
            heard_critically_[event.about.id] = now;
    }
    const auto change = alerts_.put("test", heard, now);
    for (const auto& [number, message] : change.deliveries) {
        auto level = severity::info;
        for (const auto& event : heard)
            if (std::ranges::find(message.findings, event.about.id) != message.findings.end())
                level = std::max({level, event.about.deviation.level, event.about.max_severity});
        waiting_alerts_[number] = {level, now, {message.findings.begin(), message.findings.end()}};
    }
    for (const auto number : change.delivered)
        waiting_alerts_.erase(number);
    alerts_.release_all();
}

// Messages about one finding keep their order: one before a critical one is as urgent.
bool thief_world::is_before_a_critical_one(std::set<std::string> findings) const
{
    for (auto known = findings.size() + 1; known != findings.size();) {
        known = findings.size();
        for (const auto& [number, other] : waiting_alerts_) {
            const bool is_behind = std::ranges::any_of(
                other.findings, [&findings](const auto& finding) { return findings.contains(finding); });
            if (is_behind && other.level == severity::critical)
                return true;
            if (is_behind)
                findings.insert(other.findings.begin(), other.findings.end());
        }
    }
    return false;
}

void thief_world::note_critical_ones_that_wait()
{
    for (const auto& [number, other] : waiting_alerts_)
        if (other.level == severity::critical)
            critical_alert_waited = std::max(
                critical_alert_waited, std::chrono::floor<std::chrono::seconds>(sent_until_ - other.queued));
}

void thief_world::send_alerts(time_point until)
{
    while (sent_until_ < until) {
        sent_until_ += time_of_a_message;
        const auto message = alerts_.next("chat", sent_until_);
        if (!message)
            break;
        auto sent = waiting_alerts_.find(message->number);
        if (planted_ == planted::lightest_alerts_first)
            sent = std::ranges::min_element(waiting_alerts_, {},
                                            [](const auto& pair) { return pair.second.level; });
        if (sent != waiting_alerts_.end()) {
            const auto went = std::move(sent->second);
            waiting_alerts_.erase(sent);
            if (went.level < severity::critical && !is_before_a_critical_one(went.findings))
                note_critical_ones_that_wait();
        }
        alerts_.settle(message->number, {}, sent_until_);
    }
    sent_until_ = until;
}

}  // namespace trunkwarden::thief
