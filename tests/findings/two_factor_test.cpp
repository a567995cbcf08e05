#include "findings/two_factor.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "fakes/judging.hpp"

namespace trunkwarden {
namespace {

two_factor_verdict judged(const std::string& section, day on = fakes::today)
{
    const auto trusted = parse_baseline("version: 1\n" + section, "baseline.yml", catalogue);
    EXPECT_TRUE(trusted.problems.empty());
    return judge_two_factor(*find_resource("two_factor"), trusted.value.two_factor,
                            on + std::chrono::hours(23));
}

TEST(TwoFactor, IsNotKnownWithoutEvidence)
{
    const auto verdict = judged("");
    EXPECT_EQ(verdict.evidence, two_factor_evidence::not_known);
    EXPECT_NE(verdict.reason.find("attest"), std::string::npos) << "the way out";
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
    EXPECT_NE(verdict.reason.find("2027-11-22"), std::string::npos);
    EXPECT_EQ(judged("two_factor: {attested: 2026-11-22}\n").evidence, two_factor_evidence::shown) << "today";
}

TEST(TwoFactor, IsNotClaimedWhenItIsNotRequired)
{
    EXPECT_EQ(judged("two_factor: {required: false}\n").evidence, two_factor_evidence::not_required);
}

}  // namespace
}  // namespace trunkwarden
