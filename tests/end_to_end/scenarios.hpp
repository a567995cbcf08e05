#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

#include "end_to_end/watched_account.hpp"

// Parts that several end-to-end tests set up, edit and look for.

namespace trunkwarden::end_to_end {

// Values of `poll`. Everything is read all the time; or once, and the expected change comes from another
// source.
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

// The section `alerts` with one sink: the webhook "soc" at this URL.
inline std::string alerts_to(std::string_view url)
{
    return fmt::format("alerts: {{sinks: [{{name: soc, type: webhook, url: \"{}/hook\"}}]}}\n", url);
}

// How often a log holds some words.
inline std::size_t count(std::string_view log, std::string_view words)
{
    std::size_t found = 0;
    for (auto at = log.find(words); at != std::string_view::npos; at = log.find(words, at + 1))
        ++found;
    return found;
}

// Stops a daemon, which must end well, and returns its log.
inline std::string end(daemon_process& daemon)
{
    daemon.signal(SIGTERM);
    auto ended = daemon.wait(std::chrono::seconds(30));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return std::move(ended.err);
}

}  // namespace trunkwarden::end_to_end
