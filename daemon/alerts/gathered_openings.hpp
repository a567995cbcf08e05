#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "findings/finding.hpp"

namespace trunkwarden {

// Holds back openings that would flood: all of them while an account is seen for the first time, later those
// beyond the first ten of a sweep. They are then told together. What is held is not in the state file yet, so
// a crash loses nothing: it is found anew.
class gathered_openings {
public:
    static constexpr std::size_t told_at_once = 10;                 // in one sweep
    static constexpr auto longest_wait = std::chrono::seconds(30);  // of a sweep that takes its time

    explicit gathered_openings(bool first_sight) : first_sight_(first_sight) {}

    // Which of the events of one moment are told now; the others are held.
    std::vector<finding_event> add(std::vector<finding_event> events, time_point now);

    // Whether what is held has waited for long enough, or the sweep has ended: then take() it.
    bool is_due(time_point now) const;
    void end_sweep();
    std::vector<finding_event> take();

    bool holds(const std::string& finding) const { return held_ids_.contains(finding); }
    bool empty() const { return held_.empty(); }

private:
    void hold(finding_event event, time_point now);

    bool first_sight_;
    bool sweep_ended_ = false;
    std::size_t opened_ = 0;  // in this sweep
    std::vector<finding_event> held_;
    std::set<std::string> held_ids_;
    std::optional<time_point> since_;
};

}  // namespace trunkwarden
