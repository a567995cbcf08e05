#include "findings/two_factor.hpp"

#include <fmt/format.h>

namespace trunkwarden {

two_factor_verdict judge_two_factor(const resource_type& type, const two_factor_policy& policy,
                                    time_point now)
{
    if (policy.present && !policy.required)
        return {.evidence = two_factor_evidence::not_required,
                .reason = "the baseline does not require it",
                .deviations = {}};
    if (!policy.attested)
        return {.evidence = two_factor_evidence::not_known,
                .reason =
                    "no API endpoint shows it: look at the portal, then attest it in the baseline "
                    "(two_factor: {attested: DATE, attested_by: NAME}), or list two_factor in "
                    "accepted_blind_spots",
                .deviations = {}};

    if (*policy.attested > std::chrono::floor<std::chrono::days>(now))
        return {.evidence = two_factor_evidence::not_known,
                .reason = fmt::format(
                    "it is attested on {}, a day that has not come yet: correct two_factor.attested in the "
                    "baseline",
                    iso_date(*policy.attested)),
                .deviations = {}};

    const auto good_through = *policy.attested + std::chrono::floor<std::chrono::days>(policy.max_age);
    if (std::chrono::floor<std::chrono::days>(now) <= good_through)
        return {.evidence = two_factor_evidence::shown, .reason = {}, .deviations = {}};

    deviation old;
    old.type = &type;
    old.id = old.label = type.name;
    old.kind = deviation_kind::expired;
    old.level = severity::high;
    old.note =
        fmt::format("ran out: attested on {}{}, good through {}", iso_date(*policy.attested),
                    policy.attested_by.empty() ? "" : " by " + policy.attested_by, iso_date(good_through));
    two_factor_verdict out;
    out.reason = fmt::format("the attestation of {} ran out on {}", iso_date(*policy.attested),
                             iso_date(good_through));
    out.deviations.push_back(std::move(old));
    return out;
}

}  // namespace trunkwarden
