#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace trunkwarden {

// A sweep, while every list keeps its own time: the span in which each was read at least once. Lists that are
// read rarely count in the first sweep only: a warm-up must not wait for them again.
class sweep_tracker {
public:
    using time = std::chrono::steady_clock::time_point;

    // By list: whether it is read rarely.
    explicit sweep_tracker(std::vector<bool> rare) : rare_(std::move(rare)), read_(rare_.size(), false) {}

    void began(time now);
    // Notes that a list was read. When it was the last of the round, how long the round took; a new one
    // begins.
    std::optional<std::chrono::nanoseconds> read(std::size_t list, time now);

private:
    std::vector<bool> rare_;
    std::vector<bool> read_;
    std::optional<time> began_;
};

}  // namespace trunkwarden
