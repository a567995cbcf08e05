#pragma once

#include <cstdint>
#include <string>

#include "support/clock.hpp"

namespace trunkwarden {

// The answer about two-factor authentication of the check that an account's owner supplies (two_factor_probe
// in the settings).
struct probe_result {
    enum class verdict : std::uint8_t { shown, off, not_known };
    verdict is = verdict::not_known;
    std::string reason = {};  // why it is not known; a clause without the URL or anything from the answer
    time_point at = {};       // when it was asked
    friend bool operator==(const probe_result&, const probe_result&) = default;
};

// The knowledge after `now` when `before` was known: an answer that says nothing does not take back that
// two-factor authentication is off.
probe_result known_after(const probe_result& before, probe_result now);

}  // namespace trunkwarden
