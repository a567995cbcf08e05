#pragma once

#include <chrono>

#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// How urgent a request is. Made from an urgency alone, it waits for as long as the allowance is short.
struct request_priority {
    using instant = std::chrono::steady_clock::time_point;

    urgency order = urgency::other;
    instant due = instant::max();    // from then on it goes, also when others have used up the allowance
    bool gives_up_soon = false;      // waits for its endpoint a few seconds only, because others wait for it
    bool takes_the_reserve = false;  // goes as long as the API says that something is left

    constexpr request_priority(urgency rank, instant latest = instant::max()) : order(rank), due(latest) {}

    // For objects that the quarantine is about to decide on. One object after the other is asked for: an
    // intruder who uses up the allowance of one endpoint must not hold the others.
    static request_priority at_once()
    {
        auto out = now().giving_up_soon();
        out.takes_the_reserve = true;
        return out;
    }

    static request_priority now() { return {urgency::money, instant::clock::now()}; }

    constexpr request_priority giving_up_soon() const
    {
        auto out = *this;
        out.gives_up_soon = true;
        return out;
    }

    // A change of the account. The quarantine has limits of its own for them, and an allowance that is used
    // up, by the monitor's readings too, must not hold them.
    static constexpr request_priority of_a_write() { return {urgency::money, instant::min()}; }
    constexpr bool is_of_a_write() const { return due == instant::min(); }
};

}  // namespace trunkwarden
