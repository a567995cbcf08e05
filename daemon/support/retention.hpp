#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/clock.hpp"

namespace trunkwarden {

// Something from the past that may be forgotten when there is too much of it.
struct past_item {
    std::string id;
    int rank = 0;   // a record of a higher rank is needed longer
    int level = 0;  // of its severity
    time_point at;  // when it was over
    std::size_t bytes = 0;
};

struct retention_limits {
    std::size_t count = 0;
    std::size_t bytes = 0;
};

// The items to forget: none within the limits, else so many that nine tenths of the limits stay in use. The
// lowest ranks go first. Of one rank: where there are too many, the least severe and then the oldest; where
// there are too many bytes, the largest, so that an intruder who fills the room makes room. Pure.
std::vector<std::string> beyond(std::vector<past_item> all, const retention_limits& most);

}  // namespace trunkwarden
