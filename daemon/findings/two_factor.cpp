#include "findings/two_factor.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "findings/actor_words.hpp"
#include "support/escape.hpp"
#include "support/first_of.hpp"

namespace trunkwarden {
namespace {

constexpr auto probe_counts_for = std::chrono::hours(1);

day last_good_day(const two_factor_policy& policy)
{
    return *policy.attested + std::chrono::floor<std::chrono::days>(policy.max_age);
}

// When the change is on the day of the attestation, nobody knows which of them came first.
bool changed_after_attestation(const two_factor_policy& policy, const two_factor_signs& signs)
{
    return signs.changed && signs.changed->by.at >= *policy.attested;
}

std::string who(const actor& by)
{
    const auto words = words_of(by);
    return words.empty() ? words : " by " + words;
}

std::string change_seen(const two_factor_signs& signs)
{
    return fmt::format("the audit log shows a change of it at {}{}", rfc3339(signs.changed->by.at),
                       who(signs.changed->by));
}

// Why the attestation does not show it; nullopt when it does.
optional_reason fault_of_attestation(const two_factor_policy& policy, const two_factor_signs& signs,
                                     time_point now)
{
    const auto today = std::chrono::floor<std::chrono::days>(now);
    if (!policy.attested)
        return "no API endpoint shows it: look at the portal, then attest it in the baseline "
               "(two_factor: {attested: DATE, attested_by: NAME}), or list two_factor in "
               "accepted_blind_spots";
    if (*policy.attested > today)
        return fmt::format(
            "it is attested on {}, a day that has not come yet: correct two_factor.attested in the baseline",
            iso_date(*policy.attested));
    if (today > last_good_day(policy))
        return fmt::format("the attestation of {} ran out on {}", iso_date(*policy.attested),
                           iso_date(last_good_day(policy)));
    if (changed_after_attestation(policy, signs))
        return fmt::format(
            "{}, on or after the day of the attestation, {}: look at the portal, and attest it with a later "
            "day",
            change_seen(signs), iso_date(*policy.attested));
    return {};
}

// Why the probe does not show it; nullopt when it does.
optional_reason fault_of_probe(const two_factor_signs& signs, time_point now)
{
    if (signs.probe->is == probe_result::verdict::not_known)
        return fmt::format("two_factor_probe says nothing: {}", printable(signs.probe->reason, 300));
    if (now - signs.probe->at > probe_counts_for)
        return fmt::format(
            "two_factor_probe last answered {} ago",
            for_people(std::chrono::duration_cast<std::chrono::milliseconds>(now - signs.probe->at)));
    if (signs.changed && signs.changed->by.at > signs.probe->at)
        return fmt::format("{}, after two_factor_probe was last asked", change_seen(signs));
    return {};
}

std::string bypassing(const std::vector<std::string>& users)
{
    constexpr std::size_t most = 3;
    const auto out = first_of(users, most, [](const std::string& user) { return printable(user, 80); });
    return fmt::format("{} with a password beside single sign-on: {}",
                       users.size() == 1 ? "one user signs in" : "users sign in", out);
}

deviation about(const resource_type& type, deviation_kind kind)
{
    deviation out;
    out.type = &type;
    out.id = out.label = type.name;
    out.kind = kind;
    out.level = severity::high;
    return out;
}

deviation switched_off(const resource_type& type, const probe_result& probe)
{
    auto out = about(type, deviation_kind::weakened);
    out.fields.push_back({.field = "two_factor_probe",
                          .expected = "on",
                          .actual = "off",
                          .weight = severity::high,
                          .looser = true});
    out.modified_at = rfc3339(probe.at);
    return out;
}

deviation ran_out(const resource_type& type, const two_factor_policy& policy)
{
    auto out = about(type, deviation_kind::expired);
    out.note = fmt::format("ran out: attested on {}{}, good through {}", iso_date(*policy.attested),
                           policy.attested_by.empty() ? "" : " by " + policy.attested_by,
                           iso_date(last_good_day(policy)));
    return out;
}

}  // namespace

two_factor_verdict judge_two_factor(const resource_type& type, const two_factor_policy& policy,
                                    time_point now, const two_factor_signs& signs)
{
    two_factor_verdict out;
    if (policy.present && !policy.required) {
        out.evidence = two_factor_evidence::not_required;
        out.reason = "the baseline does not require it";
        return out;
    }
    if (signs.probe && signs.probe->is == probe_result::verdict::off) {
        out.evidence = two_factor_evidence::off;
        out.reason = fmt::format("two_factor_probe said at {} that it is off: switch it on in the portal",
                                 rfc3339(signs.probe->at));
        out.deviations.push_back(switched_off(type, *signs.probe));
        return out;
    }
    const auto of_attestation = fault_of_attestation(policy, signs, now);
    const auto of_probe = signs.probe ? fault_of_probe(signs, now) : std::nullopt;
    if (!of_attestation || (signs.probe && !of_probe)) {
        out.evidence = two_factor_evidence::shown;
        return out;
    }
    out.reason = of_attestation;
    if (policy.attested && std::chrono::floor<std::chrono::days>(now) > last_good_day(policy))
        out.deviations.push_back(ran_out(type, policy));
    if (of_probe)
        *out.reason += "; " + *of_probe;
    if (!signs.bypass_sso.empty())
        *out.reason += "; " + bypassing(signs.bypass_sso);
    return out;
}

}  // namespace trunkwarden
