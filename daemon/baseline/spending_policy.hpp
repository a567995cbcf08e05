#pragma once

#include <cstdint>
#include <optional>

#include "support/amount.hpp"

namespace trunkwarden {

// The limits on the spending of an account, in its own currency. A limit that is not there does not hold.
struct spending_policy {
    bool present = false;
    std::optional<amount> max_per_minute;
    std::optional<amount> max_per_hour;
    std::optional<amount> max_per_day;  // a UTC day
    std::optional<unsigned> max_top_ups_per_day;
    std::optional<amount> max_single_charge;  // one fall a day up to this counts for no limit
    std::optional<amount> min_available_credit;
    std::uint32_t line = 0;  // in the baseline; 0 where there is none

    bool has_limits() const
    {
        return max_per_minute || max_per_hour || max_per_day || max_top_ups_per_day || min_available_credit;
    }
    friend bool operator==(const spending_policy& a, const spending_policy& b)
    {
        return a.present == b.present && a.max_per_minute == b.max_per_minute &&
               a.max_per_hour == b.max_per_hour && a.max_per_day == b.max_per_day &&
               a.max_top_ups_per_day == b.max_top_ups_per_day && a.max_single_charge == b.max_single_charge &&
               a.min_available_credit == b.min_available_credit;
    }
};

}  // namespace trunkwarden
