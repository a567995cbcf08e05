#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "support/clock.hpp"
#include "use/spending_record.hpp"

// How much was spent within a span of time. Amounts are the least that was spent: a fall over a pause in the
// readings counts in full where the pause is within the span, and else with the share that some span of that
// length must have had. Pure.

namespace trunkwarden {

// Readings are not made to the second.
inline constexpr auto reading_slack = std::chrono::seconds(15);

struct spent_window {
    amount spent;
    time_point until;  // its end
};

// A part of the record, without one fall a UTC day, the largest of those up to `single_charge`: a monthly
// bill is no rate. Only falls and rises that began at `since` or later.
class spending_windows {
public:
    spending_windows(const spending_record& record, std::optional<amount> single_charge,
                     std::optional<time_point> since = std::nullopt);

    // The most that was spent within any span of this length that ended after `since`.
    spent_window most_within(std::chrono::seconds length, time_point since) const;

    amount on(day date) const;
    std::size_t top_ups_on(day date) const;

private:
    std::vector<balance_change> falls_;
    std::vector<balance_change> rises_;
};

// How long the money lasts if spending continues as in the last ten minutes; nothing where nothing was spent
// then.
std::optional<std::chrono::milliseconds> lasts_for(const spending_record& record, time_point now);

}  // namespace trunkwarden
