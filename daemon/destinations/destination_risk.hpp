#pragma once

namespace trunkwarden {

// The possible cost of a call to a number, by its reason.
enum class destination_risk {
    domestic_like,  // United States, its territories and Canada, toll-free included
    foreign,        // another country, or a +1 area code newer than the table
    high_risk,      // reported as a target of revenue share fraud, or abroad behind a +1 that looks domestic
    satellite,      // satellite, ship and aircraft networks
    premium,        // the caller pays the called party
    shared_cost,    // the caller pays part of a service's cost, or follows a personal number wherever it goes
    special,        // emergency, short and national service codes, international freephone
    malformed,      // no number that Telnyx could dial
    sip_address,    // leaves the telephone network for `place`, the host
};

// Whether a single call there can cost dollars a minute: forwarding to it is critical wherever it is found.
constexpr bool costs_dearly(destination_risk risk)
{
    return risk == destination_risk::high_risk || risk == destination_risk::satellite ||
           risk == destination_risk::premium;
}

}  // namespace trunkwarden
