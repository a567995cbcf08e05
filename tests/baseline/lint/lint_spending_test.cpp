#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "baseline/lint/lint_parts.hpp"

namespace trunkwarden {
namespace {

class LintSpending : public testing::Test {
protected:
    LintSpending()
    {
        policy.present = true;
        policy.line = 7;
        policy.max_per_day = whole_units(120);
    }

    std::vector<lint_issue> linted() const
    {
        std::vector<lint_issue> out;
        lint_spending(policy, out);
        return out;
    }
    bool says(std::string_view words) const
    {
        for (const auto& found : linted())
            if (found.message.find(words) != std::string::npos)
                return true;
        return false;
    }

    spending_policy policy;
};

TEST_F(LintSpending, HasNothingToSayOfLimitsThatMakeSense)
{
    policy.max_per_minute = whole_units(3);
    policy.max_per_hour = whole_units(25);
    policy.max_single_charge = whole_units(60);
    policy.min_available_credit = whole_units(50);
    EXPECT_TRUE(linted().empty());
    policy = {};
    EXPECT_TRUE(linted().empty()) << "no section";
}

TEST_F(LintSpending, NamesALimitThatIsNeverTheOnePassed)
{
    policy.max_per_hour = whole_units(121);
    EXPECT_TRUE(says("max_per_hour (121.00) is above max_per_day (120.00)"));
    policy.max_per_minute = whole_units(122);
    EXPECT_TRUE(says("max_per_minute (122.00) is above max_per_hour (121.00)"));
    policy.max_per_hour.reset();
    EXPECT_TRUE(says("max_per_minute (122.00) is above max_per_day (120.00)"));
    EXPECT_EQ(linted().at(0).line, 7U);
    EXPECT_EQ(linted().at(0).kind, lint_issue_kind::weak_limit);
}

TEST_F(LintSpending, NamesASingleChargeThatLetsADayPass)
{
    policy.max_single_charge = whole_units(500);
    EXPECT_TRUE(says("a thief may take that once a day"));
}

TEST_F(LintSpending, NamesASectionThatLimitsNoSpending)
{
    policy.max_per_day.reset();
    policy.min_available_credit = whole_units(50);
    EXPECT_TRUE(says("no limit on what is spent"));
}

}  // namespace
}  // namespace trunkwarden
