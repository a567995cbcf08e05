#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "alerts/event_buffer.hpp"

namespace trunkwarden {

// Holds back openings that would flood: all of them while an account is seen for the first time, later those
// beyond the first ten of a sweep. They are then sent together. Critical ones are never held.
class alert_grouping {
public:
    static constexpr std::size_t max_separate = 10;             // openings of one sweep with a message each
    static constexpr auto max_wait = std::chrono::seconds(30);  // of a sweep that takes its time

    explicit alert_grouping(bool first_sight) : first_sight_(first_sight) {}

    // Returns the events of one moment that are published now; the others are held.
    std::vector<finding_event> add(std::vector<finding_event> events, time_point now);

    // Whether what is held has waited for long enough, or the sweep has ended: then take() it.
    bool is_due(time_point now) const;
    void end_sweep();
    std::vector<finding_event> take() { return held_.take(); }

    bool holds(const std::string& finding) const { return held_.holds(finding); }
    bool empty() const { return held_.empty(); }

private:
    void hold(finding_event event, time_point now);

    bool first_sight_;
    bool sweep_ended_ = false;
    std::size_t opened_ = 0;  // in this sweep
    event_buffer held_;
};

}  // namespace trunkwarden
