#include "baseline/lint/lint.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "baseline/expiry.hpp"
#include "baseline/lint/lint_parts.hpp"
#include "support/plural.hpp"

namespace trunkwarden {

namespace {

void lint_attestation(const two_factor_policy& policy, day today, std::vector<lint_issue>& to)
{
    if (policy.present && !policy.required)
        to.push_back({policy.required_line, "two_factor", lint_issue_kind::dangerous,
                      "two-factor authentication is not required here: a stolen password is then enough, and "
                      "no finding says so; require it in the portal, and here"});
    const auto end = attestation_expiry(policy);
    if (!end)
        return;
    const auto left = (*end - today).count();
    if (left < 0)
        to.push_back({policy.attested_line, "two_factor", lint_issue_kind::old_attestation,
                      fmt::format("the attestation ran out on {}, {} ago: look at the portal again, then set "
                                  "attested to that day",
                                  iso_date(*end), plural(static_cast<std::size_t>(-left), "day"))});
    else if (left <= days_before_an_attestation_ends)
        to.push_back(
            {policy.attested_line, "two_factor", lint_issue_kind::old_attestation,
             fmt::format("the attestation ends on {}, {}: look at the portal before it does, then set "
                         "attested to that day",
                         iso_date(*end), days_in_words(static_cast<int>(left)))});
}

}  // namespace

std::vector<lint_issue> lint(std::span<const resource_type> types, const baseline& trusted, day today,
                             live_objects live)
{
    std::vector<lint_issue> found;
    lint_attestation(trusted.two_factor, today, found);
    lint_spending(trusted.spending, found);
    lint_active_calls(types, trusted.active_calls, live, found);
    for (std::size_t at = 0; at < types.size(); ++at) {
        const auto& entries = trusted.entries_of(types[at]);
        for (const auto& some : entries.entries())
            lint_entry(types[at], some, today, found);
        lint_overlaps(types[at], entries, today, found);
        if (at < live.size() && live[at] != nullptr) {
            lint_matches(types[at], entries, *live[at], today, found);
            lint_secrets(types[at], entries, *live[at], found);
            lint_extra_fields(types[at], entries, *live[at], found);
        }
    }
    std::ranges::stable_sort(found, {}, &lint_issue::line);
    return found;
}

}  // namespace trunkwarden
