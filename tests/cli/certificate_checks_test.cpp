#include "cli/certificate_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using std::chrono::days;
using testing::HasSubstr;

using state = doctor_check::state;

TEST(JudgeValidity, WarnsTwoWeeksBeforeTheEnd)
{
    const validity validity{noon - days(76), noon + days(14)};
    const auto fine = judge_validity("api production", validity, noon);
    EXPECT_EQ(fine.is, state::ok);
    EXPECT_THAT(fine.found, HasSubstr("valid until 2026-12-06T12:00:00Z"));
    const auto soon = judge_validity("api production", validity, noon + 1h);
    EXPECT_EQ(soon.is, state::warn);
    EXPECT_THAT(soon.found, HasSubstr("ends in 13 days 23 h, at 2026-12-06T12:00:00Z"));
}

// Some authorities issue for six days, and renew after three.
TEST(JudgeValidity, WarnsOfAShortOneInItsLastThird)
{
    const validity validity{noon - days(4), noon + days(2)};
    EXPECT_EQ(judge_validity("sink soc", validity, noon).is, state::ok);
    EXPECT_EQ(judge_validity("sink soc", validity, noon + 1s).is, state::warn);
}

TEST(JudgeValidity, HasNoTroubleWithOneThatNeverEnds)
{
    EXPECT_EQ(judge_validity("sink soc", {earliest_time, latest_time}, noon).is, state::ok);
}

TEST(JudgeValidity, FailsOutsideOfItsTime)
{
    const validity validity{noon - days(76), noon + days(14)};
    const auto ended = judge_validity("sink soc", validity, noon + days(14));
    EXPECT_EQ(ended.is, state::fail);
    EXPECT_EQ(ended.found, "the certificate ended at 2026-12-06T12:00:00Z");
    const auto early = judge_validity("sink soc", validity, noon - days(77));
    EXPECT_EQ(early.is, state::fail);
    EXPECT_THAT(early.found, HasSubstr("valid only from 2026-09-07T12:00:00Z on"));
}

}  // namespace
}  // namespace trunkwarden
