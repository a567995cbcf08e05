#include "baseline/ends.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace trunkwarden {

std::optional<day> end_of_attestation(const two_factor_policy& policy)
{
    if (!policy.present || !policy.required || !policy.attested)
        return std::nullopt;
    return *policy.attested + std::chrono::floor<std::chrono::days>(policy.max_age);
}

std::optional<day> next_end(const baseline& trusted)
{
    auto first = end_of_attestation(trusted.two_factor);
    for (const auto& list : trusted.resources)
        if (const auto end = list.first_end(); end && (!first || *end < *first))
            first = end;
    return first;
}

std::optional<int> days_to_next_end(const baseline& trusted, time_point now)
{
    const auto end = next_end(trusted);
    if (!end)
        return std::nullopt;
    return static_cast<int>((*end - std::chrono::floor<std::chrono::days>(now)).count());
}

std::string days_left(int days)
{
    if (days == 0)
        return "today";
    return days == 1 ? std::string("tomorrow") : fmt::format("in {} days", days);
}

}  // namespace trunkwarden
