#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "baseline/lint/lint_parts.hpp"

namespace trunkwarden {
namespace {

struct named_limit {
    std::string_view name;
    std::optional<amount> limit;
};

std::string in_words(const named_limit& limit)
{
    return fmt::format("{} ({})", limit.name, to_text(*limit.limit));
}

// A limit over a shorter span that is above the one over a longer span is never the one that is passed.
std::optional<std::string> never_passed_first(const named_limit& shorter, const named_limit& longer)
{
    if (!shorter.limit || !longer.limit || *shorter.limit <= *longer.limit)
        return std::nullopt;
    return fmt::format("{} is above {}, which is passed first: lower it, or take it out", in_words(shorter),
                       in_words(longer));
}

// One fall a day of this size counts for no limit, so it is never reported.
std::optional<std::string> charge_above_a_day(const spending_policy& policy)
{
    if (!policy.max_single_charge || !policy.max_per_day || *policy.max_single_charge <= *policy.max_per_day)
        return std::nullopt;
    return fmt::format(
        "{} is above {}: a thief may take that once a day, and no limit says so; set it to the "
        "largest bill there is",
        in_words({"max_single_charge", policy.max_single_charge}),
        in_words({"max_per_day", policy.max_per_day}));
}

std::optional<std::string> no_limit_on_spending(const spending_policy& policy)
{
    if (policy.max_per_minute || policy.max_per_hour || policy.max_per_day)
        return std::nullopt;
    return "no limit on what is spent: a balance that recharges itself never falls; add max_per_minute, "
           "max_per_hour or max_per_day";
}

}  // namespace

void lint_spending(const spending_policy& policy, std::vector<lint_issue>& to)
{
    if (!policy.present)
        return;
    const named_limit minute{"max_per_minute", policy.max_per_minute};
    const named_limit hour{"max_per_hour", policy.max_per_hour};
    const named_limit date{"max_per_day", policy.max_per_day};
    for (auto& said : {never_passed_first(minute, hour), never_passed_first(hour, date),
                       never_passed_first(minute, hour.limit ? named_limit{} : date),
                       charge_above_a_day(policy), no_limit_on_spending(policy)})
        if (said)
            to.push_back({policy.line, "spending", lint_issue_kind::weak_limit, *said});
}

}  // namespace trunkwarden
