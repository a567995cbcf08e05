#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/alert_sink.hpp"
#include "alerts/sample_finding.hpp"
#include "fakes/answers.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::answer_with;
using testing::HasSubstr;
using testing::Not;
using verdict = attempt_outcome::verdict;

attempt_outcome judge(unsigned status, std::string body = {})
{
    return judge_answer(answer_with(status, std::move(body)), sample_now());
}

TEST(JudgeAnswer, TakesEvery2xxAsTaken)
{
    for (const unsigned status : {200U, 201U, 202U, 204U, 299U}) {
        EXPECT_EQ(judge(status).result, verdict::delivered) << status;
        EXPECT_EQ(judge(status).why, "") << status;
        EXPECT_TRUE(judge(status).reached) << status;
    }
}

TEST(JudgeAnswer, WhatSomeRecipientsGetIsTakenAndSaysWhoDoesNot)
{
    auto partly = answer_with(250);
    partly.left_out = "not for boss@example.com";
    const auto outcome = judge_answer(partly, sample_now());
    EXPECT_EQ(outcome.result, verdict::delivered);
    EXPECT_EQ(outcome.why, "not for boss@example.com");
    EXPECT_TRUE(outcome.late.addresses.empty());
    partly.later = {"boss@example.com"};
    partly.body = "the mail";
    const auto later = judge_answer(partly, sample_now());
    EXPECT_EQ(later.result, verdict::delivered) << "the others have it";
    EXPECT_EQ(later.late.addresses, std::vector<std::string>{"boss@example.com"});
    EXPECT_EQ(later.late.mail, "the mail");
}

TEST(JudgeAnswer, TriesAgainWhatMayPass)
{
    for (const unsigned status : {408U, 429U, 500U, 502U, 503U, 504U, 599U}) {
        EXPECT_EQ(judge(status).result, verdict::retry) << status;
        EXPECT_TRUE(judge(status).reached) << status;
        EXPECT_EQ(judge(status).why, "answered " + std::to_string(status));
    }
}

TEST(JudgeAnswer, RefusesEveryOtherStatusForGoodAndSaysWhatToDo)
{
    for (const unsigned status : {300U, 304U, 400U, 401U, 403U, 404U, 405U, 409U, 410U, 413U, 418U, 422U}) {
        const auto outcome = judge(status);
        EXPECT_EQ(outcome.result, verdict::rejected) << status;
        EXPECT_TRUE(outcome.reached) << status;
        EXPECT_THAT(outcome.why, HasSubstr("answered " + std::to_string(status) + ": ")) << status;
    }
    EXPECT_EQ(judge(301).why,
              "answered 301: redirects are not followed, put the new URL into the sink's url or url_file");
    EXPECT_THAT(judge(403).why, HasSubstr("renew the file"));
    EXPECT_THAT(judge(404).why, HasSubstr("put the right one into"));
}

TEST(JudgeAnswer, WaitsAsLongAsItIsAskedTo)
{
    auto busy = answer_with(429);
    busy.hints.retry_after = "30";
    EXPECT_EQ(judge_answer(busy, sample_now()).wait, 30s);
    busy.status = 503;
    EXPECT_EQ(judge_answer(busy, sample_now()).wait, 30s);
    busy.hints.retry_after = "Sun, 22 Nov 2026 10:11:04 GMT";
    EXPECT_EQ(judge_answer(busy, sample_now()).wait, 60s);
    EXPECT_EQ(judge(429).wait, std::nullopt);
}

TEST(JudgeAnswer, KnowsWhichFailuresNoOtherMessageWouldEscape)
{
    struct row {
        errc kind;
        verdict expected;
        bool reached;
    };
    for (const auto& [kind, expected, reached] :
         {row{errc::unreachable, verdict::retry, false}, row{errc::timed_out, verdict::retry, false},
          row{errc::untrusted, verdict::retry, false}, row{errc::too_large, verdict::retry, true},
          row{errc::not_understood, verdict::retry, true}, row{errc::bad_usage, verdict::rejected, true}}) {
        const auto outcome = judge_answer(failure{kind, "a sentence"}, sample_now());
        EXPECT_EQ(outcome.result, expected) << static_cast<int>(kind);
        EXPECT_EQ(outcome.reached, reached) << static_cast<int>(kind);
        EXPECT_EQ(outcome.why, "a sentence");
    }
}

TEST(JudgeAnswer, RepeatsSlacksWordsButNothingElseThatAReceiverSays)
{
    EXPECT_THAT(judge(404, "no_service").why, HasSubstr("answered 404 no_service: "));
    for (const unsigned status : {301U, 400U, 404U, 429U, 500U})
        EXPECT_THAT(judge(status, "Cannot POST /services/T000/B000/CANARY").why, Not(HasSubstr("CANARY")));
}

}  // namespace
}  // namespace trunkwarden
