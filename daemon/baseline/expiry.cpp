#include "baseline/expiry.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace trunkwarden {

std::optional<day> attestation_expiry(const two_factor_policy& policy)
{
    if (!policy.present || !policy.required || !policy.attested)
        return std::nullopt;
    return *policy.attested + std::chrono::floor<std::chrono::days>(policy.max_age);
}

std::optional<day> next_expiry(const baseline& trusted)
{
    auto first = attestation_expiry(trusted.two_factor);
    for (const auto& list : trusted.resources)
        if (const auto end = list.first_expiry(); end && (!first || *end < *first))
            first = end;
    return first;
}

std::optional<time_point> next_end(const baseline& trusted)
{
    const auto last = next_expiry(trusted);
    return last ? std::optional(start_of(*last + std::chrono::days(1))) : std::nullopt;
}

std::string days_in_words(int days)
{
    if (days == 0)
        return "today";
    return days == 1 ? std::string("tomorrow") : fmt::format("in {} days", days);
}

}  // namespace trunkwarden
