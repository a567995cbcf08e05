#include "fetch/request_queue.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using instant = request_queue::instant;

constexpr instant start{std::chrono::hours(1)};

TEST(RequestQueue, SendsTheUrgentFirst)
{
    const rate_budget budget(rate_limits{1e6, 0.5});
    request_queue line;
    const auto other = line.join(urgency::other, start);
    const auto access = line.join(urgency::access, start);
    const auto money = line.join(urgency::money, start);
    EXPECT_EQ(line.next(budget, start), money);
    EXPECT_EQ(line.next(budget, start), access);
    EXPECT_EQ(line.next(budget, start), other);
    EXPECT_EQ(line.next(budget, start), std::nullopt);
}

TEST(RequestQueue, KeepsTheOrderOfArrivalAmongEquals)
{
    const rate_budget budget(rate_limits{1e6, 0.5});
    request_queue line;
    const auto first = line.join(urgency::other, start);
    line.join(urgency::other, start);
    EXPECT_EQ(line.next(budget, start), first);
}

TEST(RequestQueue, LetsNobodyStarve)
{
    const rate_budget budget(rate_limits{1e6, 0.5});
    request_queue line;
    const auto patient = line.join(urgency::other, start);
    line.join(urgency::money, start + 59s);
    EXPECT_NE(line.next(budget, start + 59s), patient);
    line.join(urgency::money, start + 61s);
    EXPECT_EQ(line.next(budget, start + 61s), patient);
}

TEST(RequestQueue, MoneyPassesThoseWhomTheReserveHolds)
{
    rate_budget budget(rate_limits{1e6, 0.5});
    budget.learn(allowance{100, 10, 60s}, start);
    request_queue line;
    line.join(urgency::other, start - 2min);
    const auto money = line.join(urgency::money, start);
    EXPECT_EQ(line.next(budget, start), money);
    EXPECT_EQ(line.next(budget, start), std::nullopt);
    EXPECT_EQ(line.look_again(budget, start), start + 60s);
}

TEST(RequestQueue, WhatIsDueGoesBeforeWhatComesLaterAndPassesTheReserve)
{
    rate_budget budget(rate_limits{1e6, 0.5});
    budget.learn(allowance{100, 10, 60s}, start);
    request_queue line;
    const auto due = line.join({urgency::other, start + 5s}, start);
    const auto money = line.join(urgency::money, start + 6s);
    EXPECT_LE(line.look_again(budget, start), start) << "money may go";
    EXPECT_EQ(line.next(budget, start + 7s), due);
    EXPECT_EQ(line.next(budget, start + 7s), money);
}

TEST(RequestQueue, BeingDueForLongPassesNobodyWhoCameBefore)
{
    const rate_budget budget(rate_limits{1e6, 0.5});
    request_queue line;
    const auto first = line.join(urgency::money, start);
    line.join({urgency::other, start - 1h}, start + 1s);
    EXPECT_EQ(line.next(budget, start + 1s), first);
}

TEST(RequestQueue, WhomTheApiSentBackKeepsItsPlace)
{
    const rate_budget budget(rate_limits{1e6, 0.5});
    request_queue line;
    line.join(urgency::money, start + 1s);
    const auto again = line.join(urgency::money, start);
    EXPECT_EQ(line.next(budget, start + 2s), again);
}

TEST(RequestQueue, PassesThoseWhoseEndpointIsBlocked)
{
    rate_budget budget(rate_limits{1e6, 0.5});
    budget.block("/ips", start + 30s, start);
    request_queue line;
    const auto held = line.join(urgency::money, start, "/ips");
    const auto other = line.join(urgency::other, start, "/oauth_clients");
    EXPECT_EQ(line.next(budget, start), other);
    EXPECT_EQ(line.next(budget, start), std::nullopt);
    EXPECT_EQ(line.look_again(budget, start), start + 30s);
    EXPECT_EQ(line.next(budget, start + 30s), held);
}

TEST(RequestQueue, ForgetsWhoLeft)
{
    const rate_budget budget(rate_limits{1e6, 0.5});
    request_queue line;
    const auto gone = line.join(urgency::money, start);
    const auto stays = line.join(urgency::money, start);
    line.leave(gone);
    line.leave(gone);
    EXPECT_EQ(line.front(), stays);
    EXPECT_EQ(line.next(budget, start), stays);
    EXPECT_EQ(line.front(), std::nullopt);
    EXPECT_EQ(line.look_again(budget, start), std::nullopt);
}

}  // namespace
}  // namespace trunkwarden
