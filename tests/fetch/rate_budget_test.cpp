#include "fetch/rate_budget.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using instant = rate_budget::instant;

constexpr instant beginning{std::chrono::hours(1)};

rate_limits without_ceiling(double reserve)
{
    return rate_limits{1e6, reserve};
}

bool may_go(const rate_budget& budget, urgency order, instant now)
{
    return budget.earliest(order, now) <= now;
}

// Sends as long as it may, with an answer after each that says what is left; how many were sent.
unsigned send_all(rate_budget& budget, urgency order, allowance& told, instant now)
{
    unsigned sent = 0;
    while (may_go(budget, order, now) && sent < 10'000) {
        budget.sent(now);
        ++sent;
        told.remaining -= told.remaining > 0 ? 1 : 0;
        budget.learn(told, now);
        budget.ended();
        now += 10us;
        told.until_reset = std::max(told.until_reset, 1ms);
    }
    return sent;
}

TEST(RateBudget, HoldsTheCeilingInEverySecond)
{
    rate_budget budget(rate_limits{10, 0.5});
    std::vector<instant> sent;
    for (auto now = beginning; now < beginning + 10s; now += 1ms)
        if (may_go(budget, urgency::money, now)) {
            budget.sent(now);
            sent.push_back(now);
        }
    EXPECT_NEAR(static_cast<double>(sent.size()), 100, 2);
    for (std::size_t i = 0; i + 11 < sent.size(); ++i)
        EXPECT_GE(sent[i + 11] - sent[i], 1s);
}

TEST(RateBudget, SaysWhenToComeBack)
{
    rate_budget budget(rate_limits{4, 0.5});
    budget.sent(beginning);
    EXPECT_EQ(budget.earliest(urgency::money, beginning), beginning + 250ms);
}

TEST(RateBudget, LetsASmallBurstThroughOnlyAtAHighPace)
{
    rate_budget budget(rate_limits{100, 0.5});
    unsigned at_once = 0;
    for (; may_go(budget, urgency::other, beginning); ++at_once)
        budget.sent(beginning);
    EXPECT_EQ(at_once, 10U);
}

TEST(RateBudget, UsesItsShareOfAWindowAndNoMore)
{
    rate_budget budget(without_ceiling(0.75));
    allowance told{100, 100, 60s};
    EXPECT_EQ(send_all(budget, urgency::money, told, beginning), 25U);
    EXPECT_NEAR(
        std::chrono::duration<double>(budget.earliest(urgency::money, beginning + 1s) - beginning).count(),
        60, 1.1);
}

TEST(RateBudget, StartsAnewWhenTheWindowIsOver)
{
    rate_budget budget(without_ceiling(0.5));
    allowance told{10, 10, 60s};
    EXPECT_EQ(send_all(budget, urgency::other, told, beginning), 5U);
    EXPECT_FALSE(may_go(budget, urgency::other, beginning + 59s));
    EXPECT_TRUE(may_go(budget, urgency::other, beginning + 62s));
    told = allowance{10, 10, 60s};
    EXPECT_EQ(send_all(budget, urgency::other, told, beginning + 62s), 5U);
}

TEST(RateBudget, LeavesTheReserveToOthers)
{
    rate_budget budget(without_ceiling(0.5));
    budget.sent(beginning);
    budget.learn(allowance{100, 50, 60s}, beginning);
    budget.ended();
    EXPECT_FALSE(may_go(budget, urgency::other, beginning)) << "others have used the rest";
    EXPECT_FALSE(may_go(budget, urgency::access, beginning));
    EXPECT_TRUE(may_go(budget, urgency::money, beginning));
    budget.learn(allowance{100, 51, 60s}, beginning);
    EXPECT_TRUE(may_go(budget, urgency::other, beginning));
}

TEST(RateBudget, EvenMoneyWaitsWhenNothingRemains)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{100, 0, 30s}, beginning);
    EXPECT_EQ(budget.earliest(urgency::money, beginning), beginning + 30s);
}

TEST(RateBudget, TheReserveIsForWhatTheQuarantineDecidesOnToo)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{4, 4, 30s}, beginning);
    for (int i = 0; i < 2; ++i) {
        budget.sent(beginning);
        budget.ended();
    }
    budget.learn(allowance{4, 2, 30s}, beginning);
    const auto decision = request_priority::at_once();
    EXPECT_FALSE(may_go(budget, urgency::money, beginning)) << "its share is used up";
    EXPECT_LE(budget.earliest(decision, beginning), beginning);
    budget.learn(allowance{4, 0, 30s}, beginning);
    EXPECT_EQ(budget.earliest(decision, beginning), beginning + 30s);
}

TEST(RateBudget, CountsWhatIsOnItsWay)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{100, 2, 30s}, beginning);
    budget.sent(beginning);
    EXPECT_TRUE(may_go(budget, urgency::money, beginning));
    budget.sent(beginning);
    EXPECT_FALSE(may_go(budget, urgency::money, beginning));
    budget.ended();
    EXPECT_TRUE(may_go(budget, urgency::money, beginning));
}

TEST(RateBudget, AWindowThatMovesAlongEndsAllTheSame)
{
    rate_budget budget(without_ceiling(0.5));
    unsigned sent = 0;
    for (auto now = beginning; now < beginning + 10min; now += 100ms)
        if (may_go(budget, urgency::other, now)) {
            budget.sent(now);
            budget.learn(allowance{100, 90, 60s}, now);
            budget.ended();
            ++sent;
        }
    EXPECT_GE(sent, 9U * 50U);
    EXPECT_LE(sent, 10U * 50U);
}

TEST(RateBudget, AWindowThatMovesAlongDoesNotAddUpToMoreThanItHolds)
{
    rate_budget budget(without_ceiling(0.5));
    for (auto now = beginning; now < beginning + 10min;
         now += 1500ms) {  // 40 in a minute, of the 50 that are ours
        ASSERT_TRUE(may_go(budget, urgency::other, now));
        budget.sent(now);
        budget.learn(allowance{100, 90, 60s}, now);
        budget.ended();
    }
}

TEST(RateBudget, CountsWhatWentOutAtTheEndOfAWindowInTheNextToo)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{10, 10, 60s}, beginning);
    const auto end =
        beginning + 59s + 500ms;  // the reset comes in whole seconds: this may be the next window
    for (int i = 0; i < 3; ++i) {
        budget.sent(end);
        budget.ended();
    }
    allowance told{10, 6, 60s};  // it counts them, and the first of this window
    EXPECT_EQ(send_all(budget, urgency::money, told, beginning + 60s), 2U);
}

TEST(RateBudget, BelievesAnEarlierEnd)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{100, 0, 60s}, beginning);
    budget.learn(allowance{100, 0, 10s}, beginning + 1s);
    EXPECT_EQ(budget.earliest(urgency::money, beginning + 1s), beginning + 11s);
}

TEST(RateBudget, WaitsForTheLatestEndToldWithinTheSecond)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{100, 0, 60s}, beginning);
    budget.learn(allowance{100, 0, 60s}, beginning + 900ms);
    EXPECT_EQ(budget.earliest(urgency::money, beginning + 1s), beginning + 60s + 900ms);
    budget.learn(allowance{100, 0, 60s}, beginning + 30s);
    EXPECT_EQ(budget.earliest(urgency::money, beginning + 30s), beginning + 61s);
}

TEST(RateBudget, AnAbsurdResetDoesNotStopItForEver)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{100, 0, std::chrono::milliseconds::max()}, beginning);
    EXPECT_TRUE(may_go(budget, urgency::other, beginning + 1h));
}

TEST(RateBudget, ALimitOfNothingStillLetsOneRequestAsk)
{
    rate_budget budget(without_ceiling(1.0));
    allowance told{1, 1, 60s};
    EXPECT_EQ(send_all(budget, urgency::money, told, beginning), 1U);
    EXPECT_TRUE(may_go(budget, urgency::money, beginning + 61s));
}

TEST(RateBudget, NobodyAsksABlockedEndpointAndTheOthersAreAsked)
{
    rate_budget budget(without_ceiling(0.5));
    budget.block("/ips", beginning + 5s, beginning);
    budget.block("/ips", beginning + 2s, beginning);
    EXPECT_EQ(budget.earliest(urgency::money, beginning, "/ips"), beginning + 5s);
    EXPECT_EQ(budget.earliest({urgency::money, beginning}, beginning, "/ips"), beginning + 5s)
        << "due or not";
    EXPECT_LE(budget.earliest(urgency::money, beginning + 5s, "/ips"), beginning + 5s);
    EXPECT_LE(budget.earliest(urgency::other, beginning, "/fqdns"), beginning);
}

TEST(RateBudget, WhatIsDueTakesTheOwnShareAlsoWhenOthersHaveUsedEverything)
{
    rate_budget budget(without_ceiling(0.5));
    const request_priority due_soon{urgency::other, beginning + 10s};
    allowance told{10, 4, 60s};
    budget.learn(told, beginning);
    EXPECT_EQ(budget.earliest(due_soon, beginning), beginning + 10s);
    EXPECT_EQ(budget.earliest(urgency::other, beginning), beginning + 60s);
    told.remaining = 0;
    budget.learn(told, beginning + 10s);
    unsigned sent = 0;
    for (auto now = beginning + 10s; budget.earliest(due_soon, now) <= now && sent < 100; now += 1ms) {
        budget.sent(now);
        budget.ended();
        ++sent;
    }
    EXPECT_EQ(sent, 5U) << "its own share, and no more";
    EXPECT_LE(budget.earliest(request_priority::of_a_write(), beginning + 20s), beginning + 20s)
        << "what the monitor has read must not hold a write";
}

TEST(RateBudget, AnEndpointWithoutAllowanceHoldsNoOther)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{40, 0, 60s, 60s}, beginning, "GET /detail_records");
    EXPECT_EQ(budget.earliest(urgency::money, beginning, "GET /detail_records"), beginning + 60s);
    EXPECT_LE(budget.earliest(urgency::other, beginning, "GET /ips"), beginning);
}

TEST(RateBudget, KeepsTheReserveOfEveryWindowOfAnEndpoint)
{
    rate_budget budget(without_ceiling(0.5));
    const allowance in_a_second{4, 4, 1s, 1s};
    const allowance in_a_minute{10, 10, 60s, 60s, false};
    std::vector<instant> sent;
    for (auto now = beginning; now < beginning + 50s; now += 50ms)
        if (budget.earliest(urgency::other, now, "GET /ips") <= now) {
            budget.sent(now, "GET /ips");
            budget.learn(in_a_second, now, "GET /ips");
            budget.learn(in_a_minute, now, "GET /ips");
            budget.ended("GET /ips");
            sent.push_back(now);
        }
    ASSERT_EQ(sent.size(), 5U) << "half of the minute";
    EXPECT_LT(sent[1], beginning + 1s);
    EXPECT_GE(sent[2], beginning + 1s) << "half of the second";
}

TEST(RateBudget, AWindowThatIsNotCountedForgetsNothingOfWhatWasCounted)
{
    rate_budget budget(without_ceiling(0.5));
    budget.learn(allowance{100, 0, 40s, 60s}, beginning, "GET /ips");
    budget.learn(allowance{100, 100, 60s, 60s, false}, beginning + 1s, "GET /ips");
    EXPECT_EQ(budget.earliest(urgency::money, beginning + 1s, "GET /ips"), beginning + 40s);
}

TEST(RateBudget, StaysSmallHoweverManyEndpointsAndWindowsAreNamed)
{
    rate_budget budget(rate_limits{1000, 0.5});
    budget.sent(beginning, "GET /on_its_way");
    for (int i = 0; i < 10'000; ++i) {
        const auto now = beginning + i * 1ms;
        const auto endpoint = "GET /made_up/" + std::to_string(i);
        budget.sent(now, endpoint);
        budget.learn(allowance{1, 0, 1h, std::chrono::seconds(i)}, now, endpoint);
        budget.learn(allowance{1, 1, 1h, std::chrono::seconds(i)}, now, "GET /ips");
        budget.block(endpoint, now + 1h, now);
        budget.ended(endpoint);
    }
    EXPECT_LE(budget.endpoints(), rate_budget::max_endpoints);
    EXPECT_LE(budget.earliest(urgency::other, beginning + 1h, "GET /fqdns"), beginning + 1h);
    budget.ended("GET /on_its_way");
    budget.ended("GET /forgotten");
    budget.sent(beginning + 1h, "GET /fqdns");
    EXPECT_GT(budget.earliest(urgency::money, beginning + 1h + 1us, "GET /users"), beginning - 1h)
        << "the ceiling holds whatever was forgotten";
}

TEST(RateBudget, TellsTheFewestThatRemainOfAllOpenWindows)
{
    rate_budget budget(without_ceiling(0.5));
    EXPECT_EQ(budget.fewest_remaining(beginning), std::nullopt);
    budget.learn(allowance{40, 12, 30s, 60s}, beginning, "GET /ips");
    budget.learn(allowance{5, 3, 1s, 1s}, beginning, "GET /fqdns");
    budget.learn(allowance{2, 2, 60s, 60s, false}, beginning, "GET /fqdns");
    EXPECT_EQ(budget.fewest_remaining(beginning), 3U);
    EXPECT_EQ(budget.fewest_remaining(beginning + 5s), 12U);
}

TEST(Endpoint, IsMethodAndPathWithoutIds)
{
    EXPECT_EQ(endpoint_of("GET", "/ips?page%5Bnumber%5D=2"), "GET /ips");
    EXPECT_EQ(endpoint_of("GET", "/phone_numbers/1293384261075731499/voice"),
              "GET /phone_numbers/{id}/voice");
    EXPECT_EQ(endpoint_of("PATCH", "/oauth_clients/7a1b2c3d-0000-4000-8000-00000000000a"),
              "PATCH /oauth_clients/{id}");
    EXPECT_EQ(endpoint_of("GET", "/ai/assistants"), "GET /ai/assistants");
    EXPECT_EQ(endpoint_of("GET", ""), "GET ");
}

}  // namespace
}  // namespace trunkwarden
