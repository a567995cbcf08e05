#include "support/async/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

using strings = std::vector<std::string>;

struct note_at_the_end {
    strings& log;
    std::string name;
    ~note_at_the_end() { log.push_back(name); }
};

task<> for_ever(strings& log, std::string name)
{
    const note_at_the_end here{log, name + " ended"};
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
}

task<> fail_after(int turns)
{
    for (int turn = 0; turn < turns; ++turn)
        co_await asio::post(asio::use_awaitable);
    throw std::runtime_error("broken");
}

task<> end_one(task_group& group, task_group::number which, strings& log)
{
    co_await asio::post(asio::use_awaitable);
    co_await group.end(which);
    log.emplace_back("waited");
    co_await group.end(which);  // of one that has ended: nothing to wait for
}

class TaskGroup : public testing::Test {
protected:
    asio::io_context io{1};
    task_group group{io.get_executor()};
    strings log;
    asio::cancellation_signal stop;
    std::exception_ptr ended_by;

    void run_group()
    {
        asio::co_spawn(io, group.run(),
                       asio::bind_cancellation_slot(stop.slot(),
                                                    [this](std::exception_ptr ended) { ended_by = ended; }));
    }
    std::string why() const
    {
        try {
            if (ended_by)
                std::rethrow_exception(ended_by);
        } catch (const std::exception& e) {
            return e.what();
        }
        return "nothing";
    }
};

TEST_F(TaskGroup, EndsOneTaskAndWaitsForItWhileTheOthersGoOn)
{
    const auto first = group.start(for_ever(log, "first"));
    group.start(for_ever(log, "second"));
    run_group();
    asio::co_spawn(io, end_one(group, first, log), must_not_throw);
    for (int turn = 0; turn < 100; ++turn)
        io.poll();
    EXPECT_EQ(log, (strings{"first ended", "waited"}));
    stop.emit(asio::cancellation_type::terminal);
    io.run();
    EXPECT_EQ(log, (strings{"first ended", "waited", "second ended"}));
    EXPECT_NE(why(), "nothing") << "it was cancelled";
}

TEST_F(TaskGroup, PassesOnAFailureWhenAllOthersHaveEnded)
{
    group.start(for_ever(log, "first"));
    run_group();
    group.start(fail_after(3));
    io.run();
    EXPECT_EQ(log, strings{"first ended"});
    EXPECT_EQ(why(), "broken");
}

TEST_F(TaskGroup, TakesTasksThatAreStartedWhileItRuns)
{
    run_group();
    io.poll();
    group.start(for_ever(log, "late"));
    io.poll();
    EXPECT_EQ(log, strings{});
    stop.emit(asio::cancellation_type::terminal);
    io.run();
    EXPECT_EQ(log, strings{"late ended"});
}

}  // namespace
}  // namespace trunkwarden
