#pragma once

#include <chrono>

#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// How urgent a request is. Made from an urgency alone, it waits for as long as the allowance is short.
struct request_priority {
    using instant = std::chrono::steady_clock::time_point;

    urgency order = urgency::other;
    instant due = instant::max();  // from then on, what others have used of the allowance does not hold it

    constexpr request_priority(urgency order, instant due = instant::max()) : order(order), due(due) {}
};

}  // namespace trunkwarden
