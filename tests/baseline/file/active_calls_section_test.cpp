#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>

#include "baseline/compare/semantic_diff.hpp"
#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;

auto read_calls(const std::string& section)
{
    return parse_baseline("version: 1\n" + section, "baseline.yml", catalogue);
}

std::string problem_of(const std::string& section)
{
    const auto read = read_calls(section);
    return read.problems.empty() ? "none" : read.problems.front().message;
}

TEST(ActiveCallsSection, SaysHowManyCallsMayRunOnEachConnection)
{
    const auto read =
        read_calls("active_calls: [{connection_id: \"1494\", max_calls: 20, reason: a campaign}]\n");
    ASSERT_TRUE(read.problems.empty()) << read.problems.front().message;
    ASSERT_NE(read.value.active_calls.limit_of("1494"), nullptr);
    EXPECT_EQ(read.value.active_calls.limit_of("1494")->max_calls, 20U);
    EXPECT_EQ(read.value.active_calls.limit_of("1495"), nullptr);
    EXPECT_FALSE(read_calls("").value.active_calls.present);
}

TEST(ActiveCallsSection, SaysForHowLongACallMayRun)
{
    const auto read =
        read_calls("active_calls: [{connection_id: \"1494\", max_calls: 20, max_call_minutes: 120}]\n");
    ASSERT_TRUE(read.problems.empty()) << read.problems.front().message;
    EXPECT_EQ(read.value.active_calls.limit_of("1494")->max_call_minutes, 120U);
    EXPECT_THAT(problem_of("active_calls: [{connection_id: \"1\", max_calls: 2, max_call_minutes: 1441}]\n"),
                HasSubstr("1440"));
    EXPECT_THAT(problem_of("active_calls: [{connection_id: \"1\", max_call_minutes: 5}]\n"),
                HasSubstr("needs connection_id and max_calls"));
}

TEST(ActiveCallsSection, RefusesAnEntryThatLimitsNothing)
{
    EXPECT_THAT(problem_of("active_calls: {connection_id: \"1494\", max_calls: 20}\n"),
                HasSubstr("must be a list"));
    EXPECT_THAT(problem_of("active_calls: [{connection_id: \"1494\"}]\n"),
                HasSubstr("needs connection_id and max_calls"));
    EXPECT_THAT(problem_of("active_calls: [{max_calls: 2}]\n"),
                HasSubstr("needs connection_id and max_calls"));
    EXPECT_THAT(
        problem_of("active_calls: [{connection_id: a, max_calls: 2}, {connection_id: a, max_calls: 3}]\n"),
        HasSubstr("a second entry"));
    EXPECT_NE(problem_of("active_calls: [{connection_id: a, max_cals: 2}]\n"), "none");
}

TEST(ActiveCallsSection, SaysWhetherALongerCallIsTrusted)
{
    const auto limited = [](const char* more) {
        return read_calls(fmt::format("active_calls: [{{connection_id: \"1\", max_calls: 2{}}}]\n", more))
            .value;
    };
    const auto short_calls = limited(", max_call_minutes: 60");
    const auto long_calls = limited(", max_call_minutes: 90");
    const auto any_calls = limited("");
    const auto direction = [](const baseline& before, const baseline& after) {
        const auto changes = semantic_diff(catalogue, before, after);
        return changes.shown().at(0).direction;
    };
    EXPECT_EQ(direction(short_calls, long_calls), config_change::way::wider);
    EXPECT_EQ(direction(long_calls, any_calls), config_change::way::wider);
    EXPECT_EQ(direction(any_calls, short_calls), config_change::way::narrower);
    EXPECT_THAT(semantic_diff(catalogue, short_calls, any_calls).shown().at(0).sentence,
                HasSubstr("max_call_minutes of 1 in active_calls is now not there, was 60"));
}

TEST(ActiveCallsSection, SaysWhetherAnEditIsWider)
{
    const auto before = read_calls(
        "active_calls: [{connection_id: \"1\", max_calls: 20}, {connection_id: \"2\", max_calls: 5}]\n");
    const auto after = read_calls("active_calls: [{connection_id: \"1\", max_calls: 30}]\n");
    const auto same = semantic_diff(catalogue, before.value, before.value);
    const auto changed = semantic_diff(catalogue, before.value, after.value);
    EXPECT_TRUE(same.empty());
    ASSERT_EQ(changed.shown().size(), 2U);
    for (const auto& change : changed.shown())
        EXPECT_EQ(change.direction, config_change::way::wider) << change.sentence;
}

}  // namespace
}  // namespace trunkwarden
