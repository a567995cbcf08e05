#include "use/judge_active_calls.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "fetch/api_client.hpp"
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
    std::vector<deviation> judged(call_count count, const std::vector<told_excess>& told = {}) const
    {
        counted_calls counts;
        counts["1494"] = count;
        return judge_active_calls(resource_of(resource_role::active_calls), policy, counts, told,
                                  [](std::string_view) { return std::string("queue"); });
    }
    std::vector<deviation> judged(std::size_t count, const std::vector<told_excess>& told = {}) const
    {
        return judged(call_count{count, {}}, told);
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

// A report shows it when it ends, and is charged: this is minutes before that.
TEST_F(JudgeActiveCalls, ALongCallIsReportedWhileItRuns)
{
    EXPECT_TRUE(judged(call_count{1, 86'400}).empty()) << "nobody limited it";
    policy.limits.front().max_call_minutes = 120;
    EXPECT_TRUE(judged(call_count{20, 7200}).empty());
    const auto found = judged(call_count{20, 7201});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().level, severity::high);
    ASSERT_EQ(found.front().fields.size(), 1U);
    EXPECT_EQ(found.front().fields.front().field, "max_call_minutes");
    EXPECT_EQ(found.front().fields.front().expected, "120");
    EXPECT_EQ(found.front().fields.front().actual, "121");
    EXPECT_EQ(found.front().note, "a call has run for 2 h, 120 minutes is the most");
    EXPECT_EQ(judged(call_count{20, 14'461}).front().level, severity::critical);
    EXPECT_TRUE(judged(call_count{0, {}}).empty());
}

TEST_F(JudgeActiveCalls, ALongCallIsToldOnceAndAgainBesideTooMany)
{
    policy.limits.front().max_call_minutes = 120;
    const std::vector<told_excess> told{{judged(call_count{1, 7300}).front(), {}}};
    EXPECT_EQ(judged(call_count{1, 9000}, told).front().fields.front().actual, "122");
    EXPECT_EQ(judged(call_count{1, 14'700}, told).front().fields.front().actual, "245");
    const auto both = judged(call_count{21, 9000}, told);
    ASSERT_EQ(both.front().fields.size(), 2U);
    EXPECT_EQ(both.front().fields.front().field, "max_calls");
}

TEST_F(JudgeActiveCalls, SaysNoMoreThatTooManyRunWhenOnlyTheLongCallIsLeft)
{
    policy.limits.front().max_call_minutes = 120;
    const auto both = judged(call_count{45, 7300}).front();
    ASSERT_EQ(both.level, severity::critical);
    ASSERT_EQ(both.fields.size(), 2U);
    const auto left = judged(call_count{1, 7900}, {{both, {}}}).front();
    ASSERT_EQ(left.fields.size(), 1U);
    EXPECT_EQ(left.fields.front().field, "max_call_minutes");
    EXPECT_EQ(left.fields.front().actual, "122") << "as it was told";
    EXPECT_EQ(left.note, "a call has run for 2 h 1 min, 120 minutes is the most");
    EXPECT_EQ(left.level, severity::high);
    EXPECT_EQ(judged(call_count{2, 8000}, {{left, {}}}).front().fields, left.fields);
    const auto many = judged(call_count{30, 60}, {{both, {}}}).front();
    ASSERT_EQ(many.fields.size(), 1U);
    EXPECT_EQ(many.fields.front().actual, "45");
    EXPECT_EQ(many.note, "45 calls at the same time, 20 is the most");
}

TEST_F(JudgeActiveCalls, ANumberAroundItsLimitIsNotToldInTurn)
{
    policy.limits.front().max_call_minutes = 120;
    const auto both = judged(call_count{21, 7300}).front();
    for (const std::size_t calls : {20U, 22U, 11U, 21U}) {
        const auto again = judged(call_count{calls, 7400}, {{both, {}}}).front();
        EXPECT_EQ(again.fields, both.fields) << calls;
        EXPECT_EQ(again.level, both.level) << calls;
    }
    const auto hidden = judged(call_count{22, {}}, {{both, {}}}).front();
    EXPECT_EQ(hidden.fields, both.fields) << "nobody knows how long they have run";
}

TEST_F(JudgeActiveCalls, HangsUpAllOfTooManyAndElseTheLongOnes)
{
    policy.limits.front().max_call_minutes = 120;
    const auto& limit = policy.limits.front();
    running_calls calls{2, {{"short", 60}, {"long", 8000}}};
    EXPECT_TRUE(are_too_many_or_long(calls, limit));
    EXPECT_EQ(calls_beyond(calls, limit), std::vector<std::string>{"long"});
    calls.count = 21;
    EXPECT_EQ(calls_beyond(calls, limit), (std::vector<std::string>{"short", "long"}));
    EXPECT_FALSE(are_too_many_or_long({1, {{"short", 60}}}, limit));
}

TEST_F(JudgeActiveCalls, ADurationThatIsNotShownIsNotKnown)
{
    auto& limit = policy.limits.front();
    const running_calls some_hidden{3, {{"a", 60}}};
    const running_calls without_duration{1, {{"a", {}}}};
    EXPECT_FALSE(duration_not_known(some_hidden, limit)) << "nobody asked";
    limit.max_call_minutes = 120;
    EXPECT_EQ(duration_not_known(some_hidden, limit).value_or(""),
              "3 run and 1 are shown: a longer one may be among the others");
    EXPECT_TRUE(duration_not_known(without_duration, limit));
    EXPECT_FALSE(duration_not_known({1, {{"a", 60}}}, limit));
}

TEST_F(JudgeActiveCalls, SaysNothingOfAConnectionThatWasNotCounted)
{
    EXPECT_TRUE(
        judge_active_calls(resource_of(resource_role::active_calls), policy, {}, {}, [](std::string_view) {
            return std::string();
        }).empty());
}

result<running_calls> calls_in(std::string body)
{
    body.reserve(body.size() + body_padding);
    return running_calls_in(body);
}

TEST(RunningCalls, AreCountedByTheirTotal)
{
    const auto read = calls_in(R"({"data":[{"call_control_id":"v3:a"}],"meta":{"total_items":57}})");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->count, 57U);
    ASSERT_EQ(read->shown.size(), 1U);
    EXPECT_EQ(read->shown.front().id, "v3:a");
    EXPECT_EQ(read->shown.front().seconds, std::nullopt);
}

TEST(RunningCalls, SayForHowLongTheyHaveRun)
{
    const auto read = running_calls_in(
        R"({"data":[{"call_control_id":"a","call_duration":341},{"call_control_id":"b","call_duration":7201},)"
        R"({"call_control_id":"c","call_duration":null},{"call_control_id":"d","call_duration":-5}],)"
        R"("meta":{"total_items":4}})");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->shown.at(0).seconds, 341U);
    EXPECT_EQ(read->shown.at(2).seconds, std::nullopt);
    EXPECT_EQ(read->shown.at(3).seconds, std::nullopt);
    EXPECT_EQ(count_of(*read).calls, 4U);
    EXPECT_EQ(count_of(*read).longest, 7201U);
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
    ASSERT_EQ(read->shown.size(), 2u);
    EXPECT_EQ(read->shown[0].id, "v3:a");
    EXPECT_EQ(read->shown[1].id, "v3:c");
}

TEST(RunningCalls, AreNotKnownFromAnAnswerOfAnotherForm)
{
    for (const char* body :
         {"", "[]", R"({"data":null,"meta":{"total_items":0}})", R"({"data":[]})",
          R"({"data":[],"meta":{"total_items":"many"}})", R"({"data":[],"meta":{"total_items":-1}})",
          R"({"data":[],"meta":{"total_items":18446744073709551615}})",
          R"({"data":[{"call_leg_id":"b"}],"meta":{"total_items":1}})",
          R"({"data":[{"call_control_id":"a"}],"meta":{"total_items":0}})"}) {
        const auto read = calls_in(body);
        ASSERT_FALSE(read) << body;
        EXPECT_EQ(read.error().kind, errc::not_understood) << body;
    }
    EXPECT_EQ(calls_in(R"({"calls":["CANARY"]})").error().message,
              "the answer about the running calls has no \"data\" array; it has \"calls\"");
}

}  // namespace
}  // namespace trunkwarden
