#pragma once

#include <optional>
#include <string>

#include "support/amount.hpp"

namespace trunkwarden {

// The possible loss through something that deviates, from the account's own limits (use/exposure.hpp).
struct exposure {
    std::optional<amount> per_minute;  // nothing: no limit holds it
    std::string end;       // the limit that ends it: "balance" or "daily_spend_limit"; "" when not known
    amount until;          // how much that is
    bool refills = false;  // auto-recharge makes the balance no end
    std::string currency;  // "" when not known

    friend bool operator==(const exposure&, const exposure&) = default;
};

// Less than, by what can be lost in a minute: not known is least, no limit is most.
inline bool is_less(const std::optional<exposure>& a, const std::optional<exposure>& b)
{
    if (!a || !b)
        return b.has_value() && !a;
    if (!a->per_minute || !b->per_minute)
        return a->per_minute.has_value() && !b->per_minute;
    return *a->per_minute < *b->per_minute;
}

}  // namespace trunkwarden
