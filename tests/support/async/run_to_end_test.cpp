#include "support/async/run_to_end.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace trunkwarden {
namespace {

task<int> wait_and_return(int value)
{
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
    co_await timer.async_wait(asio::use_awaitable);
    co_return value;
}

task<> fail()
{
    throw std::runtime_error("it failed");
    co_return;
}

TEST(RunToEnd, ReturnsWhatTheCoroutineReturnsAsOftenAsItIsCalled)
{
    asio::io_context io(1);
    EXPECT_EQ(run_to_end(io, wait_and_return(1)), 1);
    EXPECT_EQ(run_to_end(io, wait_and_return(2)), 2);
}

TEST(RunToEnd, ThrowsWhatTheCoroutineThrows)
{
    asio::io_context io(1);
    EXPECT_THROW(run_to_end(io, fail()), std::runtime_error);
    EXPECT_EQ(run_to_end(io, wait_and_return(3)), 3) << "the io_context is still of use";
}

}  // namespace
}  // namespace trunkwarden
