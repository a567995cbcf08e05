#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "theft/business.hpp"

namespace trunkwarden::theft {

enum class thief : std::uint8_t {
    burst,         // Friday evening, $45 a minute to a country that costs dearly
    slow_abroad,   // one call an hour, below every limit, to a country that nobody calls
    slow_at_home,  // the same, and to a country that the business calls
    prober,        // refused attempts, until he knows that nothing is open
    then_burst,    // refused attempts, and half an hour later the burst
    sms_pumper,    // messages to a country whose carriers share the price
    beside,        // registers beside the real phone, and calls at $9 a minute ten minutes later
    sleeping_key,  // uses an API key that slept, and sends messages abroad ten minutes later
};
std::vector<thief> every_thief();

std::string_view words_of(thief who);

struct theft_made {
    time_point began;  // the first thing he does
    std::vector<made_use> calls;
    std::vector<happening> others;
};

// From a Friday evening on.
theft_made make_theft(thief who, const business& victim, std::uint64_t seed, day friday);

}  // namespace trunkwarden::theft
