#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/exposure.hpp"

namespace trunkwarden {

// Of an outbound voice profile.
struct profile_limits {
    std::string id;
    std::optional<amount> highest_rate;  // of a minute of one call; nothing: any
    std::optional<std::int64_t> calls;   // at the same time; nothing: any number
    std::optional<amount> a_day;         // nothing: any amount
};

// The limits that an account itself has on its spending.
struct spend_limits {
    std::vector<profile_limits> profiles;  // those that are switched on
    std::optional<amount> available;       // nothing: the balance is not read
    std::string currency;
    bool recharges = false;
};

// The possible loss through one profile, by at most so many calls (nothing: any number); through an unnamed
// one, as through the one that lets most be lost. Nothing where no such profile is known: that is not zero.
std::optional<exposure> exposure_through(const spend_limits& limits, std::string_view profile,
                                         std::optional<std::int64_t> channels);

// "up to USD 42.00 a minute until the balance of 512.35 is gone"
std::string words_of(const exposure& some);

// The same without its end: "up to USD 42.00 a minute".
std::string minute_words_of(const exposure& some);

// "42.00", or "no limit"
std::string per_minute_of(const exposure& some);

// "balance 512.35"; "" when it is not known.
std::string end_of(const exposure& some);

}  // namespace trunkwarden
