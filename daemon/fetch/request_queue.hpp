#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fetch/rate_budget.hpp"
#include "fetch/request_priority.hpp"

// The order of requests. Urgent requests overtake others, but none waits for ever: each has a moment by which
// it wants to be sent, and the earliest such moment goes first. No request can have a moment in the past of
// its arrival, so later requests, however many, pass none that was due before. Pure.

namespace trunkwarden {

class request_queue {
public:
    using instant = rate_budget::instant;
    using ticket = std::uint64_t;

    // `since` is when it first asked: one that the API sent back keeps its place.
    ticket join(const request_priority& priority, instant since, std::string endpoint = {});
    void leave(ticket who);  // harmless when it is not in the line

    // Takes out the one to send now: the first in line among those whom the budget allows.
    std::optional<ticket> next(const rate_budget& budget, instant now);

    // When next() may have an answer although nothing else happens; nothing when nobody waits.
    std::optional<instant> look_again(const rate_budget& budget, instant now) const;

    // The ticket that is first of all, allowed or not; nullopt when nobody waits.
    std::optional<ticket> front() const;

private:
    struct place {
        ticket who = 0;
        request_priority priority;
        std::string endpoint;
        instant wanted_by;
    };

    std::vector<place> line_;  // by wanted_by, and by arrival among equals
    ticket last_ = 0;
};

}  // namespace trunkwarden
