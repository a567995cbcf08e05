#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "fakes/run.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

task<result<int>> give(int value)
{
    co_return value;
}

task<result<int>> fail_at_once()
{
    throw std::runtime_error("canary");
    co_return 1;
}

task<result<int>> wait_for_ever()
{
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
    co_return 1;
}

TEST(WithDeadline, GivesWhatTheWorkGives)
{
    const auto done = run(with_deadline(1h, give(7)));
    ASSERT_TRUE(done);
    EXPECT_EQ(*done, 7);
}

TEST(WithDeadline, IsAFailureWhenTheTimeIsOver)
{
    const auto done = run(with_deadline(1ms, wait_for_ever()));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, errc::timed_out);
}

TEST(WithDeadline, PassesOnWhatTheWorkThrows)
{
    EXPECT_THROW(run(with_deadline(1h, fail_at_once())), std::runtime_error);
}

// A task that is cancelled has to go: for its caller that is no answer that came too late.
TEST(WithDeadline, IsNoFailureWhenAllOfItIsCancelled)
{
    asio::io_context io(1);
    asio::cancellation_signal stop;
    std::optional<boost::system::error_code> ended_by;
    const auto note = [&ended_by](std::exception_ptr thrown, result<int>) {
        try {
            if (thrown)
                std::rethrow_exception(thrown);
        } catch (const boost::system::system_error& end) {
            ended_by = end.code();
        }
    };
    asio::co_spawn(io, with_deadline(1h, wait_for_ever()), asio::bind_cancellation_slot(stop.slot(), note));
    asio::post(io, [&stop] { stop.emit(asio::cancellation_type::terminal); });
    io.run();
    ASSERT_TRUE(ended_by);
    EXPECT_EQ(*ended_by, asio::error::operation_aborted);
}

}  // namespace
}  // namespace trunkwarden
