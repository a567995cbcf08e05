#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "catalogue/resource_type.hpp"
#include "fetch/rate_budget.hpp"

// Who is next. Urgent requests overtake others, but none waits for ever: each has a moment by which it wants
// to be sent, and the earliest such moment goes first. Pure.

namespace trunkwarden {

class request_queue {
public:
    using instant = rate_budget::instant;
    using ticket = std::uint64_t;

    ticket join(urgency order, instant now);
    void leave(ticket who);  // harmless when it is not in the line

    // Takes out the one to send now: the first in line among those whom the budget allows.
    std::optional<ticket> next(const rate_budget& budget, instant now);

    // When next() may have an answer although nothing else happens; nothing when nobody waits.
    std::optional<instant> look_again(const rate_budget& budget, instant now) const;

    // Who stands first of all, allowed or not; nothing when nobody waits.
    std::optional<ticket> front() const;

private:
    struct place {
        ticket who = 0;
        instant wanted_by;
    };
    static constexpr std::size_t classes = 3;

    std::array<std::deque<place>, classes> lines_;  // one for each urgency, in the order of arrival
    ticket last_ = 0;
};

}  // namespace trunkwarden
