#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkwarden {

// The calls that may run on one connection or application that shows its calls.
struct call_limit {
    std::string connection_id;
    std::optional<unsigned> max_calls;              // at the same time
    std::optional<unsigned> max_call_minutes = {};  // of one of them; nothing: any
    std::string reason;
    std::uint32_t line = 0;  // in the baseline

    friend bool operator==(const call_limit& a, const call_limit& b)
    {
        return a.connection_id == b.connection_id && a.max_calls == b.max_calls &&
               a.max_call_minutes == b.max_call_minutes && a.reason == b.reason;
    }
};

// Each entry is asked about in its turn, a few in a minute.
inline constexpr std::size_t max_call_limits = 100;

struct active_calls_policy {
    bool present = false;
    std::vector<call_limit> limits;  // of each connection one
    std::uint32_t line = 0;          // in the baseline; 0 where there is none

    // nullptr where the baseline says nothing about the connection.
    const call_limit* limit_of(std::string_view connection) const
    {
        const auto found = std::ranges::find(limits, connection, &call_limit::connection_id);
        return found == limits.end() ? nullptr : &*found;
    }
    friend bool operator==(const active_calls_policy& a, const active_calls_policy& b)
    {
        return a.present == b.present && a.limits == b.limits;
    }
};

}  // namespace trunkwarden
