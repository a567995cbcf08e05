#include "use/lint_use.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr day begin_of_use = std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);

class LintUse : public testing::Test {
protected:
    LintUse()
    {
        seen.since = begin_of_use;
        seen.until = begin_of_use + std::chrono::days(31);
        seen.rows.push_back({{traffic_product::sip_trunking, "1293", "US"},
                             begin_of_use + 10h,
                             {100, 90, 12'000, whole_units(3)}});
        entry.connection_id = "1293";
        entry.destinations = {"US"};
        entry.line = 7;
        spending.line = 3;
    }

    std::vector<lint_issue> issues()
    {
        traffic_policy traffic;
        traffic.present = true;
        traffic.entries.push_back(entry);
        std::vector<lint_issue> out;
        lint_use(spending, traffic, seen, out);
        return out;
    }

    traffic_entry entry;
    spending_policy spending;
    seen_use seen;
};

TEST_F(LintUse, SaysNothingAboutLimitsNearTheUse)
{
    entry.max_calls_per_hour = 200;
    entry.max_minutes_per_hour = 400;
    entry.max_cost_per_hour = whole_units(6);
    spending.present = true;
    spending.max_per_hour = whole_units(6);
    spending.max_per_day = whole_units(12);
    EXPECT_THAT(issues(), IsEmpty());
}

TEST_F(LintUse, NamesLimitsThatWereNeverNearlyReached)
{
    entry.max_calls_per_hour = 5000;
    entry.max_cost_per_hour = whole_units(100);
    spending.present = true;
    spending.max_per_day = whole_units(500);
    const auto found = issues();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].line, 3U);
    EXPECT_EQ(found[0].kind, lint_issue_kind::weak_limit);
    EXPECT_THAT(found[0].message,
                HasSubstr("max_per_day (500.00) was never nearly reached: the dearest day of 31 "
                          "days cost 3.00"));
    EXPECT_THAT(found[1].message, HasSubstr("max_calls_per_hour (5000)"));
    EXPECT_THAT(found[2].message, HasSubstr("max_cost_per_hour (100.00)"));
}

TEST_F(LintUse, NamesDestinationsThatNobodyCalled)
{
    entry.destinations = {"EE", "LV", "US"};
    const auto found = issues();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, lint_issue_kind::matches_nothing);
    EXPECT_THAT(found[0].message, HasSubstr("never called in 31 days: EE, LV"));
}

TEST_F(LintUse, NamesAnEntryThatCoversNothing)
{
    entry.connection_id = "other";
    const auto found = issues();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0].message, HasSubstr("covers nothing that was used in 31 days"));
}

TEST_F(LintUse, SaysNothingAboutAProductThatWasNotRead)
{
    entry.product = traffic_product::messaging;
    EXPECT_THAT(issues(), IsEmpty());
}

}  // namespace
}  // namespace trunkwarden
