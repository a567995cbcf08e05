#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "theft/replay.hpp"

// How soon thefts are reported, and how often honest business is: the figures of tests/bench/theft.

namespace trunkwarden::theft {

enum class limits_from : std::uint8_t { capture, hand };

struct theft_told {
    thief who{};
    std::string_view victim;
    std::optional<std::chrono::seconds> after;  // since the first thing he did; nothing: never
    std::optional<std::chrono::seconds>
        after_first_rated;  // 0: before it; nothing: nothing was rated, or reported
    std::optional<std::chrono::seconds> after_first_refused;
    std::int64_t lost_until_told = 0;     // in millionths; all that he takes where nothing is reported
    std::int64_t lost_until_stopped = 0;  // five minutes later; running calls continue
};

struct business_told {
    std::string_view name;
    std::size_t times = 0;
    double days = 0;
    double a_month() const { return static_cast<double>(times) * 30 / days; }
    std::vector<std::string> ids = {};  // of the reported ones
};

struct evaluated_by {
    limits_from limits = limits_from::capture;
    std::vector<std::uint64_t> seeds;
    int days = 90;
    room_to_breathe room = {};
    int traffic_each = 1;  // minutes, of honest business
    std::vector<thief> visited_by = every_thief();
    std::vector<std::string_view> only = {};  // businesses; empty: all
};

// Each thief at each business, once for each seed.
std::vector<theft_told> evaluate_thefts(const evaluated_by& asked);

// Each business without thieves.
std::vector<business_told> evaluate_honest(const evaluated_by& asked);

// Nothing where there is nothing to sort.
std::optional<double> median(std::vector<double> values);

}  // namespace trunkwarden::theft
