#include "fetch/rate_limiter.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <optional>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr rate_limits no_ceiling{1e6, 0.5};

struct seen {
    unsigned inside = 0;
    unsigned most_inside = 0;
    std::vector<urgency> order;
};

task<> pass(rate_limiter& limiter, urgency order, seen& seen)
{
    const auto turn = co_await limiter.enter(order);
    seen.order.push_back(order);
    seen.most_inside = std::max(seen.most_inside, ++seen.inside);
    for (int i = 0; i < 3; ++i)
        co_await asio::post(asio::use_awaitable);
    --seen.inside;
}

TEST(RateLimiter, LetsInNoMoreThanTold)
{
    rate_limiter limiter(no_ceiling, 3);
    asio::io_context io(1);
    seen seen;
    for (int i = 0; i < 20; ++i)
        asio::co_spawn(io, pass(limiter, urgency::other, seen), must_not_throw);
    io.run();
    EXPECT_EQ(seen.order.size(), 20U);
    EXPECT_EQ(seen.most_inside, 3U);
}

TEST(RateLimiter, LetsTheUrgentPassThoseWhoWait)
{
    rate_limiter limiter(no_ceiling, 1);
    asio::io_context io(1);
    seen seen;
    for (const auto order : {urgency::other, urgency::other, urgency::access, urgency::money})
        asio::co_spawn(io, pass(limiter, order, seen), must_not_throw);
    io.run();
    EXPECT_EQ(seen.order,
              (std::vector<urgency>{urgency::other, urgency::money, urgency::access, urgency::other}));
}

TEST(RateLimiter, WaitsForTheCeiling)
{
    rate_limiter limiter(rate_limits{200, 0.5}, 50);
    asio::io_context io(1);
    seen seen;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 40; ++i)
        asio::co_spawn(io, pass(limiter, urgency::other, seen), must_not_throw);
    const auto handlers = io.run();
    EXPECT_EQ(seen.order.size(), 40U);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 95ms);
    EXPECT_LT(handlers, 2000U) << "it must sleep, not spin";
}

task<> ask(rate_limiter& limiter, std::string endpoint, seen& seen)
{
    const auto turn =
        co_await limiter.enter(urgency::money, std::move(endpoint), std::chrono::steady_clock::now());
    seen.order.push_back(urgency::money);
}

TEST(RateLimiter, NobodyAsksABlockedEndpointAndTheOthersAreAsked)
{
    rate_limiter limiter(no_ceiling, 50);
    asio::io_context io(1);
    seen seen;
    limiter.pause("/ips", 300ms);
    const auto start = std::chrono::steady_clock::now();
    asio::co_spawn(io, ask(limiter, "/ips", seen), must_not_throw);
    asio::co_spawn(io, ask(limiter, "/fqdns", seen), must_not_throw);
    io.run_for(100ms);
    EXPECT_EQ(seen.order.size(), 1U);
    io.run();
    EXPECT_EQ(seen.order.size(), 2U);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 300ms);
}

task<result<int>> enter_only(rate_limiter& limiter, urgency order = urgency::other)
{
    const auto turn = co_await limiter.enter(order);
    if (!turn)
        co_return turn.error();
    co_return 1;
}

task<result<int>> give_up_behind_another(rate_limiter& limiter)
{
    const auto only_place = co_await limiter.enter(urgency::other);
    auto waiting = enter_only(limiter);
    co_return co_await with_deadline(5ms, std::move(waiting));
}

TEST(RateLimiter, WhoeverGivesUpWaitingLeavesTheLine)
{
    rate_limiter limiter(no_ceiling, 1);
    EXPECT_FALSE(run(give_up_behind_another(limiter)));
    EXPECT_EQ(run(with_deadline(1h, enter_only(limiter))).value(), 1);
    EXPECT_EQ(run(with_deadline(1h, enter_only(limiter))).value(), 1) << "the permit was given back";
}

task<> hold(rate_limiter& limiter, std::chrono::milliseconds span)
{
    const auto turn = co_await limiter.enter(urgency::money);
    const auto here = co_await asio::this_coro::executor;
    asio::steady_timer timer(here, span);
    co_await timer.async_wait(asio::use_awaitable);
}

TEST(RateLimiter, SleepsWhenItsMomentHasComeAndAllPlacesAreTaken)
{
    rate_limiter limiter(no_ceiling, 1);
    asio::io_context io(1);
    seen seen;
    limiter.learn(allowance{100, 10, 20ms});  // money may continue, others wait for the end of the window
    asio::co_spawn(io, pass(limiter, urgency::other, seen), must_not_throw);
    asio::co_spawn(io, hold(limiter, 60ms), must_not_throw);
    EXPECT_LT(io.run(), 100U);
    EXPECT_EQ(seen.order.size(), 1U);
}

TEST(RateLimiter, TheOthersStillComeInWhenTheFirstInLineGivesUp)
{
    rate_limiter limiter(no_ceiling, 1);
    asio::io_context io(1);
    limiter.pause({}, 500ms);  // long enough that the deadline passes first, however busy the machine is
    result<int> first = 0;
    seen seen;
    asio::co_spawn(io, with_deadline(5ms, enter_only(limiter, urgency::money)),
                   [&](std::exception_ptr, result<int> r) { first = r; });
    asio::co_spawn(io, pass(limiter, urgency::other, seen), must_not_throw);
    io.run_for(10s);
    EXPECT_FALSE(first);
    EXPECT_EQ(seen.order.size(), 1U);
}

task<result<int>> ask_once(rate_limiter& limiter, std::string endpoint,
                           request_priority priority = urgency::money)
{
    const auto now = std::chrono::steady_clock::now();
    const auto turn = co_await limiter.enter(priority, std::move(endpoint), now);
    if (!turn)
        co_return turn.error();
    co_return 1;
}

TEST(RateLimiter, TurnsAwayWhoWouldWaitTooLongAndNobodyElse)
{
    rate_limiter limiter(no_ceiling, 50, retry_policy{.patience = 1min});
    limiter.pause("GET /ips", 1h);
    const auto refused = run(ask_once(limiter, "GET /ips"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, errc::rate_limited);
    EXPECT_TRUE(run(ask_once(limiter, "GET /fqdns")));
}

TEST(RateLimiter, LetsNobodyWaitLongForWhomOthersWait)
{
    rate_limiter limiter(no_ceiling, 50);
    limiter.pause("GET /ips", 30s);
    const auto began = std::chrono::steady_clock::now();
    EXPECT_FALSE(run(ask_once(limiter, "GET /ips", request_priority::at_once())));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST(RateLimiter, TurnsAwayWhoWaitsAlreadyWhenTheEndpointCloses)
{
    rate_limiter limiter(no_ceiling, 50, retry_policy{.patience = 1min});
    asio::io_context io(1);
    limiter.pause("GET /ips", 30s);
    limiter.pause("GET /fqdns", 200ms);
    std::optional<result<int>> first;
    std::optional<result<int>> other;
    asio::co_spawn(io, ask_once(limiter, "GET /ips"), [&](std::exception_ptr, result<int> r) { first = r; });
    asio::co_spawn(io, ask_once(limiter, "GET /fqdns"),
                   [&](std::exception_ptr, result<int> r) { other = r; });
    io.run_for(50ms);
    EXPECT_FALSE(first) << "half a minute is waited for";
    limiter.learn(allowance{40, 0, 50min, 3600s}, "GET /ips");
    io.run_for(20s);
    ASSERT_TRUE(first && other);
    EXPECT_EQ(first->error().kind, errc::rate_limited);
    EXPECT_TRUE(*other);
}

}  // namespace
}  // namespace trunkwarden
