#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <utility>

#include "containment/world.hpp"
#include "fakes/run.hpp"
#include "watch/quarantine_orders.hpp"

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

task<> wait_until_nothing_is_sent(quarantine_orders& orders, std::optional<bool>& answer)
{
    answer = co_await orders.until_nothing_is_sent();
}

// A freeze is answered then.
TEST_F(WaitingForAnAction, AFreezeWaitsUntilNoRequestIsOnItsWayAnyMore)
{
    quarantine_orders orders(*guard, [] {});
    std::optional<bool> answer;
    api->just_before_write = [this, &orders, &answer](const api_write&) {
        asio::co_spawn(io, wait_until_nothing_is_sent(orders, answer), must_not_throw);
        woken();
        EXPECT_FALSE(answer) << "its bytes are leaving";
    };
    attack("add_ip");
    look();
    woken();
    EXPECT_EQ(answer, true);
    EXPECT_EQ(api->written.size(), 1U);

    std::optional<bool> at_once;
    asio::co_spawn(io, wait_until_nothing_is_sent(orders, at_once), must_not_throw);
    woken();
    EXPECT_EQ(at_once, true) << "nothing is on its way";
}

task<> wait_until_settled(quarantine& guard, std::string id, async_event::moment latest, std::string& answer)
{
    const auto known = co_await guard.until_settled(std::move(id), "undone", latest);
    answer = known ? "known" : known.error().message;
}

// The process ended while a request was on its way, and somebody orders to undo it right after the start.
class AfterAnInterruption : public testing::Test, protected demo_world {
protected:
    void SetUp() override
    {
        start();
        look();
        attack("add_ip");
        api->after_write = [](const api_write&) { throw power_cut{"after the write"}; };
        EXPECT_THROW(look(), power_cut);
        start();
        ASSERT_EQ(states_of("ips"), "sending");
        id = actions_on("ips").front().id;
    }
    void ask(async_event::moment latest)
    {
        asio::co_spawn(io, wait_until_settled(*guard, id, latest, answer), must_not_throw);
        io.poll();
    }

    asio::io_context io{1};
    std::string id;
    std::string answer;
};

TEST_F(AfterAnInterruption, AnOrderWaitsUntilItIsKnownWhatBecameOfTheAction)
{
    ask(async_event::moment::max());
    EXPECT_EQ(answer, "") << "nothing is known yet";
    look();
    io.restart();
    io.poll();
    EXPECT_EQ(answer, "known");
    ASSERT_EQ(states_of("ips"), "done");
    EXPECT_EQ(undo(id).state, action_state::undone);
}

TEST_F(AfterAnInterruption, AnOrderThatWaitedTooLongSaysWhatIsNotKnown)
{
    api->cannot_read = [](const std::string& path) { return path.starts_with("/ips"); };
    look();
    ask(std::chrono::steady_clock::now());
    EXPECT_NE(answer.find(id + " is not undone: the outcome of its last request is not known yet"),
              std::string::npos)
        << answer;
    EXPECT_NE(answer.find("trunkwarden quarantine show " + id), std::string::npos) << answer;
}

TEST_F(AfterAnInterruption, AnOrderAboutSomethingElseDoesNotWait)
{
    id = "a-000000000000";
    ask(async_event::moment::max());
    EXPECT_EQ(answer, "known");
}

}  // namespace
}  // namespace trunkwarden
