#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

auto parsed(std::string_view section)
{
    return parse_baseline("version: 1\n" + std::string(section), "b.yml", catalogue);
}

std::string first_problem(std::string_view section)
{
    const auto read = parsed(section);
    return read.problems.empty() ? "" : to_string(read.problems.front());
}

TEST(SpendingSection, IsRead)
{
    const auto read = parsed(R"(
spending:
  max_per_minute: "3.00"
  max_per_hour: 25
  max_per_day: 120.5
  max_top_ups_per_day: 1
  max_single_charge: "60.00"
  min_available_credit: "0"
)");
    ASSERT_TRUE(read.problems.empty()) << to_string(read.problems.front());
    const auto& policy = read.value.spending;
    EXPECT_TRUE(policy.present);
    EXPECT_EQ(policy.line, 3U);
    EXPECT_EQ(policy.max_per_minute, whole_units(3));
    EXPECT_EQ(policy.max_per_hour, whole_units(25));
    EXPECT_EQ(policy.max_per_day, parse_amount("120.5"));
    EXPECT_EQ(policy.max_top_ups_per_day, 1U);
    EXPECT_EQ(policy.max_single_charge, whole_units(60));
    EXPECT_EQ(policy.min_available_credit, amount{});
}

TEST(SpendingSection, LeavesOutWhatIsNotThere)
{
    const auto read = parsed("spending: {max_per_day: \"120.00\"}\n");
    ASSERT_TRUE(read.problems.empty());
    EXPECT_FALSE(read.value.spending.max_per_minute);
    EXPECT_FALSE(read.value.spending.max_top_ups_per_day);
    EXPECT_FALSE(parsed("").value.spending.present);
}

TEST(SpendingSection, SaysWhatIsWrongAndWhere)
{
    EXPECT_EQ(
        first_problem("spending: {max_per_hour: -1}\n"),
        "b.yml:2:26: max_per_hour must be an amount of the account's currency such as \"25.00\", not \"-1\"");
    EXPECT_NE(first_problem("spending: {max_per_hour: 1e3}\n").find("not \"1e3\""), std::string::npos);
    EXPECT_NE(first_problem("spending: {max_per_hour: [1]}\n"), "");
    EXPECT_NE(first_problem("spending: {max_top_ups_per_day: 1.5}\n").find("whole number from 0 to 1000"),
              std::string::npos);
    EXPECT_NE(first_problem("spending: {max_per_hours: 1}\n").find("max_per_hour"), std::string::npos);
    EXPECT_NE(first_problem("spending: [1]\n"), "");
    EXPECT_NE(first_problem("spending:\n").find("has no limit"), std::string::npos);
    EXPECT_NE(first_problem("spending: {max_single_charge: 60}\n").find("has no limit"), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden
