#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

#include "containment/world.hpp"
#include "fakes/run.hpp"

// People who wait for what they ordered.

namespace trunkwarden {
namespace {

using namespace quarantine_world;

task<> count_changes(quarantine& guard, int& changes)
{
    for (;;) {
        co_await guard.until_changed(async_event::moment::max());
        ++changes;
    }
}

class WaitingForAnAction : public testing::Test, protected demo_world {
protected:
    WaitingForAnAction()
    {
        start();
        look();
        asio::co_spawn(io, count_changes(*guard, changes), must_not_throw);
        io.poll();
    }
    // How often somebody who waited was woken since the last call.
    int woken()
    {
        io.restart();
        io.poll();
        return std::exchange(changes, 0);
    }

    asio::io_context io{1};
    int changes = 0;
};

TEST_F(WaitingForAnAction, IsWokenWhenAnActionComesIntoAnotherState)
{
    EXPECT_EQ(woken(), 0);
    attack("add_ip");
    look();
    ASSERT_EQ(states_of("ips"), "done") << refusals();
    EXPECT_GE(woken(), 1);
    EXPECT_EQ(woken(), 0);
}

TEST_F(WaitingForAnAction, IsWokenWhenAnUndoIsRefused)
{
    const auto done = limit_that_somebody_else_changed();
    woken();
    EXPECT_THROW(undo(done.id), std::runtime_error);
    EXPECT_GE(woken(), 1) << "the action stays as it is, but the order is over";
}

}  // namespace
}  // namespace trunkwarden
