#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace trunkwarden {

// A sweep, while every list keeps its own time: the span in which each was read at least once.
class sweep_tracker {
public:
    using time = std::chrono::steady_clock::time_point;

    explicit sweep_tracker(std::size_t lists) : read_(lists, false) {}

    void began(time now);
    // Notes that a list was read. When it was the last of the round, how long the round took; a new one
    // begins.
    std::optional<std::chrono::nanoseconds> read(std::size_t list, time now);

private:
    std::vector<bool> read_;
    std::optional<time> began_;
};

}  // namespace trunkwarden
