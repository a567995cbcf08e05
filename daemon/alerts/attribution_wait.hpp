#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "alerts/event_buffer.hpp"

namespace trunkwarden {

// Holds openings until the audit log was asked for the actor, so that each is published once and with a name:
// for one look-up, two seconds at most.
class attribution_wait {
public:
    static constexpr auto max_wait = std::chrono::seconds(2);

    // Returns the events of one moment that are published now; the others are held.
    std::vector<finding_event> add(std::vector<finding_event> events, time_point now);

    // Whether to publish the held events: a look-up that began at `looked` ended, or it took too long.
    bool is_due_after_look(time_point looked) const { return !held_.empty() && *held_.since() <= looked; }
    bool is_due(time_point now) const { return !held_.empty() && now - *held_.since() >= max_wait; }
    std::optional<time_point> due_at() const;
    std::vector<finding_event> take() { return held_.take(); }

    bool holds(const std::string& finding) const { return held_.holds(finding); }

private:
    event_buffer held_;
};

}  // namespace trunkwarden
