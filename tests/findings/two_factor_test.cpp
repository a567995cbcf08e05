#include "findings/two_factor.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "fakes/judging.hpp"
#include "findings/coverage.hpp"
#include "findings/title.hpp"

namespace trunkwarden {
namespace {

const std::string attested_yesterday = "two_factor: {attested: 2026-11-21, attested_by: dana}\n";

two_factor_verdict judged(const std::string& section, day on = fakes::today,
                          const two_factor_signs& signs = {})
{
    const auto trusted = parse_baseline("version: 1\n" + section, "baseline.yml", catalogue);
    EXPECT_TRUE(trusted.problems.empty());
    return judge_two_factor(*find_resource("two_factor"), trusted.value.two_factor,
                            on + std::chrono::hours(23), signs);
}

// The answer of a probe so long before the moment of judging.
two_factor_signs probe_said(probe_result::verdict verdict, std::chrono::minutes ago = std::chrono::minutes(1),
                            std::string reason = {})
{
    two_factor_signs out;
    out.probe = probe_result{verdict, std::move(reason), fakes::today + std::chrono::hours(23) - ago};
    return out;
}

audit_event change_at(time_point at)
{
    audit_event out;
    out.id = "event-1";
    out.by = {"eve\n", "organization_member", at};
    return out;
}

TEST(TwoFactor, IsNotKnownWithoutEvidence)
{
    const auto verdict = judged("");
    EXPECT_EQ(verdict.evidence, two_factor_evidence::not_known);
    EXPECT_NE(verdict.reason.value().find("attest"), std::string::npos) << "the way out";
    EXPECT_EQ(judged("two_factor: {required: true}\n").evidence, two_factor_evidence::not_known);
}

TEST(TwoFactor, IsShownByAnAttestationThroughItsLastDay)
{
    const std::string attested = "two_factor: {attested: 2026-11-01, attested_by: dana, max_age: 30d}\n";
    EXPECT_EQ(judged(attested).evidence, two_factor_evidence::shown);
    const day last = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1);
    EXPECT_EQ(judged(attested, last).evidence, two_factor_evidence::shown);

    const auto ran_out = judged(attested, last + std::chrono::days(1));
    EXPECT_EQ(ran_out.evidence, two_factor_evidence::not_known);
    ASSERT_EQ(ran_out.deviations.size(), 1U);
    EXPECT_EQ(ran_out.deviations[0].kind, deviation_kind::expired);
    EXPECT_EQ(ran_out.deviations[0].level, severity::high);
    EXPECT_EQ(ran_out.deviations[0].note, "ran out: attested on 2026-11-01 by dana, good through 2026-12-01");
}

TEST(TwoFactor, IsNotShownByAnAttestationOfADayThatHasNotCome)
{
    const auto verdict = judged("two_factor: {attested: 2027-11-22, attested_by: dana}\n");
    EXPECT_EQ(verdict.evidence, two_factor_evidence::not_known);
    EXPECT_NE(verdict.reason.value().find("2027-11-22"), std::string::npos);
    EXPECT_EQ(judged("two_factor: {attested: 2026-11-22}\n").evidence, two_factor_evidence::shown) << "today";
}

TEST(TwoFactor, IsNotClaimedWhenItIsNotRequired)
{
    EXPECT_EQ(judged("two_factor: {required: false}\n").evidence, two_factor_evidence::not_required);
}

TEST(TwoFactor, IsShownByAFreshAnswerOfTheProbeWithoutAnyAttestation)
{
    const auto verdict = judged("", fakes::today, probe_said(probe_result::verdict::shown));
    EXPECT_EQ(verdict.evidence, two_factor_evidence::shown);
    EXPECT_EQ(verdict.reason, std::nullopt);
    const auto renewed = judged("two_factor: {attested: 2026-01-01, max_age: 30d}\n", fakes::today,
                                probe_said(probe_result::verdict::shown));
    EXPECT_EQ(renewed.evidence, two_factor_evidence::shown) << "the older evidence is not needed";
    EXPECT_TRUE(renewed.deviations.empty());
}

TEST(TwoFactor, IsNotKnownAnymoreWhenTheProbeHasNotAnsweredForAnHour)
{
    const auto verdict =
        judged("", fakes::today, probe_said(probe_result::verdict::shown, std::chrono::minutes(61)));
    EXPECT_EQ(verdict.evidence, two_factor_evidence::not_known);
    EXPECT_NE(verdict.reason.value().find("two_factor_probe last answered 1 h 1 min ago"), std::string::npos)
        << verdict.reason.value();
}

TEST(TwoFactor, IsOffWhenTheProbeSaysSoWhateverIsAttested)
{
    const auto verdict = judged(attested_yesterday, fakes::today,
                                probe_said(probe_result::verdict::off, std::chrono::hours(5)));
    EXPECT_EQ(verdict.evidence, two_factor_evidence::off) << "nothing newer says otherwise";
    EXPECT_NE(verdict.reason.value().find("2026-11-22T18:00:00Z"), std::string::npos)
        << verdict.reason.value();
    ASSERT_EQ(verdict.deviations.size(), 1U);
    EXPECT_EQ(verdict.deviations[0].kind, deviation_kind::weakened);
    EXPECT_EQ(verdict.deviations[0].level, severity::high);
    EXPECT_EQ(title_of(verdict.deviations[0], {}),
              "Two-factor authentication weakened: two_factor_probe is off; expected: on");
    EXPECT_TRUE(
        judged("two_factor: {required: false}\n", fakes::today, probe_said(probe_result::verdict::off))
            .deviations.empty());
}

TEST(TwoFactor, IsWhatIsAttestedWhenTheProbeSaysNothing)
{
    const auto nothing =
        probe_said(probe_result::verdict::not_known, std::chrono::minutes(1), "it answered 503");
    EXPECT_EQ(judged(attested_yesterday, fakes::today, nothing).evidence, two_factor_evidence::shown);
    const auto verdict = judged("", fakes::today, nothing);
    EXPECT_EQ(verdict.evidence, two_factor_evidence::not_known);
    EXPECT_NE(verdict.reason.value().find("attest"), std::string::npos) << verdict.reason.value();
    EXPECT_NE(verdict.reason.value().find("two_factor_probe says nothing: it answered 503"),
              std::string::npos)
        << verdict.reason.value();
}

TEST(TwoFactor, IsNotKnownAfterAChangeThatNobodyHasLookedAtSince)
{
    two_factor_signs signs;
    const auto yesterday = fakes::today - std::chrono::days(1);
    signs.changed = change_at(yesterday - std::chrono::seconds(1));
    EXPECT_EQ(judged(attested_yesterday, fakes::today, signs).evidence, two_factor_evidence::shown)
        << "before the day of the attestation";
    signs.changed = change_at(yesterday);
    EXPECT_EQ(judged(attested_yesterday, fakes::today, signs).evidence, two_factor_evidence::not_known)
        << "on that day: before somebody looked, or after";
    signs.changed = change_at(fakes::today - std::chrono::seconds(1));
    const auto verdict = judged(attested_yesterday, fakes::today, signs);
    EXPECT_EQ(verdict.evidence, two_factor_evidence::not_known);
    EXPECT_EQ(
        verdict.reason,
        "the audit log shows a change of it at 2026-11-21T23:59:59Z by user eve\\u{a} (member), on or "
        "after the day of the attestation, 2026-11-21: look at the portal, and attest it with a later day");
    EXPECT_TRUE(verdict.deviations.empty()) << "the event has its own finding";
    EXPECT_EQ(judged("two_factor: {attested: 2026-11-22}\n", fakes::today, signs).evidence,
              two_factor_evidence::shown)
        << "attested anew";
}

TEST(TwoFactor, IsShownAgainByAProbeThatWasAskedAfterTheChange)
{
    auto signs = probe_said(probe_result::verdict::shown);
    signs.changed = change_at(fakes::today + std::chrono::hours(22));
    EXPECT_EQ(judged(attested_yesterday, fakes::today, signs).evidence, two_factor_evidence::shown);
    signs.changed = change_at(fakes::today + std::chrono::hours(23));
    const auto verdict = judged(attested_yesterday, fakes::today, signs);
    EXPECT_EQ(verdict.evidence, two_factor_evidence::not_known);
    EXPECT_NE(verdict.reason.value().find("after two_factor_probe was last asked"), std::string::npos)
        << verdict.reason.value();
}

TEST(TwoFactor, SaysWhoPassesBySingleSignOnWhenNothingElseIsKnown)
{
    two_factor_signs signs;
    signs.bypass_sso = {"dana@example.com"};
    EXPECT_NE(judged("", fakes::today, signs)
                  .reason.value()
                  .find("one user signs in with a password beside single sign-on: dana@example.com"),
              std::string::npos);
    signs.bypass_sso = {"a\x1b[2J", "b", "c", "d", "e"};
    const auto verdict = judged("", fakes::today, signs);
    EXPECT_NE(verdict.reason.value().find("a\\u{1b}[2J, b, c and 2 more"), std::string::npos)
        << verdict.reason.value();
    EXPECT_EQ(verdict.evidence, two_factor_evidence::not_known);
    EXPECT_EQ(judged(attested_yesterday, fakes::today, signs).evidence, two_factor_evidence::shown);
    EXPECT_EQ(judged(attested_yesterday, fakes::today, signs).reason, std::nullopt);
}

TEST(TwoFactor, ThatIsOffCountsAsReadAndAsOff)
{
    coverage seen;
    seen.judge(judged("", fakes::today, probe_said(probe_result::verdict::off)), fakes::today);
    EXPECT_EQ(seen.state, reading_state::complete);
    EXPECT_TRUE(seen.shown_to_be_off);
    seen.judge(judged("", fakes::today), fakes::today);
    EXPECT_EQ(seen.state, reading_state::unavailable);
    EXPECT_FALSE(seen.shown_to_be_off);
}

}  // namespace
}  // namespace trunkwarden
