#pragma once

#include <optional>
#include <span>
#include <string>

#include "findings/coverage.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// That no list of an account can be read: one thing to say, not one for each list.
struct nothing_read_now {
    std::optional<time_point> since;  // when the last list was read; nullopt: none ever was
    std::string reason;               // of the first of them; a sentence
};

// Nothing while a list has not been tried yet, or was read after the lists that fail were read last; nor
// while fewer than most of them fail.
std::optional<nothing_read_now> nothing_read_of(std::span<const coverage> seen);

// "Nothing of account production was read since 23:34:44 UTC (3 min 44 s): connection refused"
std::string sentence_of(const nothing_read_now& found, const std::string& account, time_point now);

// "3 min 44 s ago (23:34:44 UTC)"
std::string moment_and_age(time_point at, time_point now);

}  // namespace trunkwarden
