#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "end_to_end/watched_account.hpp"

// What several end-to-end tests set up, edit and look for.

namespace trunkwarden::end_to_end {

// Values of `poll`. Everything is read all the time; or once, and what is expected comes from something else.
inline constexpr std::string_view quick =
    "{requests_per_second: 1000, interval: 300ms, large_interval: 300ms, timeout: 5s, audit_interval: 0s}";
inline constexpr std::string_view rarely =
    "{requests_per_second: 1000, interval: 10m, large_interval: 10m, timeout: 5s, audit_interval: 0s, "
    "stale_after: 30m}";

// A secret that must not be seen anywhere begins with it.
inline constexpr std::string_view canary = "CANARY";

inline void replace(std::string& in, std::string_view old, std::string_view by)
{
    const auto at = in.find(old);
    ASSERT_NE(at, std::string::npos) << old << " is not in " << in;
    in.replace(at, old.size(), by);
}

// The demo's baseline, with an entry for what the attack add_ip adds.
inline std::string trusts_the_added_ip()
{
    auto text = text_of_file(demo_baseline);
    const auto section = text.find("\nips:");
    return text.insert(text.find('\n', section + 1) + 1, "  - ip_address: 192.0.2.66\n");
}

}  // namespace trunkwarden::end_to_end
