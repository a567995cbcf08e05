#include "support/async/async_event.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using names = std::vector<std::string>;

task<> wait_once(async_event& event, names& woken, std::string name)
{
    co_await event.wait();
    woken.push_back(std::move(name));
}

task<> wait_until_there_are(async_event& event, const int& there, int wanted, names& woken)
{
    while (there < wanted)
        co_await event.wait();
    woken.push_back("there are " + std::to_string(there));
}

// Wakes the others when it is woken itself, and waits once more.
task<> pass_it_on(async_event& event, names& woken)
{
    co_await event.wait();
    woken.emplace_back("passed on");
    event.notify_all();
    co_await event.wait();
    woken.emplace_back("woken again");
}

class AsyncEvent : public testing::Test {
protected:
    void start(task<> work) { asio::co_spawn(io, std::move(work), must_not_throw); }
    // Until nothing is ready to run.
    void poll()
    {
        io.restart();
        io.poll();
    }

    asio::io_context io{1};
    async_event event;
    names woken;
};

TEST_F(AsyncEvent, WakesEveryTaskThatWaits)
{
    for (const char* name : {"first", "second", "third"})
        start(wait_once(event, woken, name));
    poll();
    EXPECT_EQ(woken, names{}) << "nothing happened yet";
    event.notify_all();
    EXPECT_EQ(woken, names{}) << "tasks run later, not inside the call";
    poll();
    EXPECT_EQ(woken, (names{"first", "second", "third"}));
}

TEST_F(AsyncEvent, IsNotRememberedForATaskThatWaitsLater)
{
    event.notify_all();
    start(wait_once(event, woken, "late"));
    poll();
    EXPECT_EQ(woken, names{});
    event.notify_all();
    poll();
    EXPECT_EQ(woken, names{"late"});
}

TEST_F(AsyncEvent, LosesNothingForATaskThatAsksBeforeItWaits)
{
    int there = 1;
    event.notify_all();
    start(wait_until_there_are(event, there, 1, woken));
    start(wait_until_there_are(event, there, 3, woken));
    poll();
    EXPECT_EQ(woken, names{"there are 1"});
    there = 2;
    event.notify_all();
    there = 3;  // before the woken task has run
    event.notify_all();
    poll();
    EXPECT_EQ(woken, (names{"there are 1", "there are 3"}));
}

TEST_F(AsyncEvent, KeepsWaitingForTheOthersWhenOneTaskIsCancelled)
{
    asio::cancellation_signal cancel;
    const int none = 0;
    bool ended = false;
    asio::co_spawn(
        io, wait_until_there_are(event, none, 1, woken),
        asio::bind_cancellation_slot(cancel.slot(), [&ended](std::exception_ptr) { ended = true; }));
    start(wait_once(event, woken, "other"));
    poll();
    cancel.emit(asio::cancellation_type::terminal);
    poll();
    EXPECT_TRUE(ended);
    EXPECT_EQ(woken, names{});
    event.notify_all();  // touches nothing of the task that is gone
    poll();
    EXPECT_EQ(woken, names{"other"});
}

TEST_F(AsyncEvent, CanBeNotifiedAgainByATaskThatItWoke)
{
    start(pass_it_on(event, woken));
    start(wait_once(event, woken, "other"));
    poll();
    event.notify_all();
    poll();
    EXPECT_EQ(woken, (names{"passed on", "other"})) << "each wait ends once, the new wait does not";
    event.notify_all();
    poll();
    EXPECT_EQ(woken, (names{"passed on", "other", "woken again"}));
}

task<> wait_briefly(async_event& event, names& woken)
{
    co_await event.wait_until(std::chrono::steady_clock::now() + 1ms);
    woken.emplace_back("the moment came");
}

TEST_F(AsyncEvent, EndsAWaitWhenItsMomentComesAndLeavesTheOthers)
{
    start(wait_once(event, woken, "other"));
    start(wait_briefly(event, woken));
    while (woken.empty())
        io.run_one();
    EXPECT_EQ(woken, names{"the moment came"});
    event.notify_all();
    poll();
    EXPECT_EQ(woken, (names{"the moment came", "other"}));
}

TEST_F(AsyncEvent, ForgetsTasksThatAreDestroyedWhileTheyWait)
{
    auto other = std::make_unique<asio::io_context>(1);
    asio::co_spawn(*other, wait_once(event, woken, "gone"), must_not_throw);
    other->poll();
    other.reset();
    event.notify_all();  // touches no timer that is gone: the sanitizers watch
    EXPECT_EQ(woken, names{});
}

}  // namespace
}  // namespace trunkwarden
