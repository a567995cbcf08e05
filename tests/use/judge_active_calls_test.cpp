#include "use/judge_active_calls.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "use/running_calls.hpp"

namespace trunkwarden {
namespace {

class JudgeActiveCalls : public testing::Test {
protected:
    JudgeActiveCalls()
    {
        policy.present = true;
        policy.limits.push_back({.connection_id = "1494", .max_calls = 20, .reason = {}});
    }
    std::vector<deviation> judged(std::size_t count, const std::vector<told_excess>& told = {}) const
    {
        return judge_active_calls(resource_of(resource_role::active_calls), policy, {{"1494", count}}, told,
                                  [](std::string_view) { return std::string("queue"); });
    }
    active_calls_policy policy;
};

TEST_F(JudgeActiveCalls, PermitsAsManyAsTheBaselineSays)
{
    EXPECT_TRUE(judged(20).empty());
    ASSERT_EQ(judged(21).size(), 1U);
    EXPECT_EQ(judged(21).front().kind, deviation_kind::exceeded);
    EXPECT_EQ(judged(21).front().level, severity::high);
    EXPECT_EQ(judged(41).front().level, severity::critical);
    EXPECT_EQ(judged(21).front().label, "queue");
    EXPECT_EQ(judged(21).front().note, "21 calls at the same time, 20 is the most");
}

TEST_F(JudgeActiveCalls, IsToldAgainWhenTwiceAsManyRun)
{
    const std::vector<told_excess> told{{judged(41).front(), {}}};
    EXPECT_EQ(judged(60, told).front().fields.front().actual, "41") << "a busy hour is told a few times";
    EXPECT_EQ(judged(83, told).front().fields.front().actual, "83");
}

TEST_F(JudgeActiveCalls, IsToldAgainWhenAsManyRunAfterTheyWereContained)
{
    told_excess told{judged(41).front(), {}};
    EXPECT_FALSE(judged(41, {told}).front().goes_on);
    told.contained_at = time_point{};
    EXPECT_TRUE(judged(41, {told}).front().goes_on);
}

TEST_F(JudgeActiveCalls, SaysNothingOfAConnectionThatWasNotCounted)
{
    EXPECT_TRUE(
        judge_active_calls(resource_of(resource_role::active_calls), policy, {}, {}, [](std::string_view) {
            return std::string();
        }).empty());
}

TEST(RunningCalls, AreCountedByTheirTotal)
{
    const auto read = running_calls_in(R"({"data":[{"call_control_id":"v3:a"}],"meta":{"total_items":57}})");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->count, 57U);
    EXPECT_EQ(read->ids, std::vector<std::string>{"v3:a"});
}

// A caller chooses some of these texts.
TEST(RunningCalls, ThatNoParserTakesHideNoneOfTheOthers)
{
    const std::string deep = std::string(500, '[') + "1" + std::string(500, ']');
    const auto read = running_calls_in(
        R"({"data":[{"call_control_id":"v3:a","client_state":"\ud800"},{x},{"call_leg_id":"b"},{"call_control_id":"v3:c","custom":)" +
        deep + R"(}],"meta":{"total_items":4}})");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->count, 4U) << "those that cannot be hung up run, too";
    EXPECT_EQ(read->ids, (std::vector<std::string>{"v3:a", "v3:c"}));
}

TEST(RunningCalls, AreNotKnownFromAnAnswerOfAnotherForm)
{
    for (const char* body :
         {"", "[]", R"({"data":null,"meta":{"total_items":0}})", R"({"data":[]})",
          R"({"data":[],"meta":{"total_items":"many"}})", R"({"data":[],"meta":{"total_items":-1}})",
          R"({"data":[{"call_leg_id":"b"}],"meta":{"total_items":1}})",
          R"({"data":[{"call_control_id":"a"}],"meta":{"total_items":0}})"}) {
        const auto read = running_calls_in(body);
        ASSERT_FALSE(read) << body;
        EXPECT_EQ(read.error().kind, errc::not_understood) << body;
    }
}

}  // namespace
}  // namespace trunkwarden
