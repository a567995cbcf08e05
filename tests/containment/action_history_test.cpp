#include "containment/action_history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>

#include "containment/world.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto most = action_history::max_ended.count;
const time_point morning = time_point{} + 498'000h;

action past_action(std::string id, action_state state, severity level = severity::high)
{
    action out;
    out.id = std::move(id);
    out.account = "test";
    out.state = state;
    out.level = level;
    out.undo = undoing::exact;
    out.planned_at = morning;
    if (has_ended(state))
        out.ended_at = morning;
    if (state == action_state::done)
        out.before = "{}";
    return out;
}

void put_many(action_history& into, std::string_view name, std::size_t count, const action& like)
{
    for (std::size_t number = 0; number < count; ++number) {
        auto action = like;
        action.id = fmt::format("{}-{}", name, number);
        into.put(std::move(action));
    }
}

bool is_remembered(const action_history& by, std::string_view id)
{
    const auto* found = by.find(id);
    return found != nullptr && found->id == id;
}

TEST(ActionHistory, ForgetsNothingWithinItsLimits)
{
    action_history history;
    put_many(history, "dry", most, past_action("", action_state::dry_run));
    EXPECT_TRUE(history.forget(morning + 1h).empty());
}

// It is the only one that knows why its object is off.
TEST(ActionHistory, KeepsWhatStoppedAUseUntilTheObjectIsSeenOn)
{
    action_history history;
    auto stop = past_action("stop", action_state::done);
    stop.measure = measure::stop;
    history.put(stop);
    auto over = stop;
    over.id = "over";
    over.seen_on_at = morning;
    history.put(over);
    EXPECT_EQ(history.forget(morning + 24h * 91), std::vector<std::string>{"over"});
    auto many = past_action("", action_state::undone, severity::critical);
    put_many(history, "many", most + 1, many);
    history.forget(morning + 24h * 92);
    EXPECT_TRUE(is_remembered(history, "stop"));
    EXPECT_GT(past_item_of(stop).rank, past_item_of(many).rank);
}

// A thief can cause dry runs, plans that come to nothing and actions of his own objects, as many as he likes.
TEST(ActionHistory, AFloodPushesOutNeitherWhatIsUnderWayNorWhatCanBeUndoneNorWhatAPersonDecided)
{
    action_history history;
    const auto heavier = {action_state::waiting, action_state::approved, action_state::planned,
                          action_state::sending, action_state::undoing,  action_state::unverified,
                          action_state::done,    action_state::undone,   action_state::rejected};
    for (const auto state : heavier)
        history.put(past_action(std::string(name_of(state)), state, severity::low));
    for (const auto state : {action_state::dry_run, action_state::stale, action_state::expired})
        put_many(history, name_of(state), most, past_action("", state, severity::critical));
    auto final_one = past_action("", action_state::done, severity::critical);
    final_one.undo = undoing::impossible;
    put_many(history, "final", most, final_one);
    const auto gone = history.forget(morning + 1min);
    EXPECT_EQ(gone.size(), 4 * most + 3 - (most - most / 10));
    for (const auto state : heavier)
        EXPECT_TRUE(is_remembered(history, name_of(state))) << name_of(state);
    EXPECT_EQ(history.all().size(), most - most / 10 + 6);
}

TEST(ActionHistory, OfWhatCanBeUndoneTheSevereStays)
{
    action_history history;
    history.put(past_action("severe", action_state::done, severity::critical));
    put_many(history, "light", most, past_action("", action_state::done, severity::medium));
    history.forget(morning);
    EXPECT_TRUE(is_remembered(history, "severe"));
}

// A thief makes his objects large, so that each action about them is.
TEST(ActionHistory, WhatIsLargeMakesRoomForTheOthers)
{
    action_history history;
    history.put(past_action("ours", action_state::done, severity::low));
    auto large = past_action("", action_state::done, severity::critical);
    large.before = std::string(1024UL * 1024, 'x');
    put_many(history, "his", 40, large);
    const auto gone = history.forget(morning);
    EXPECT_FALSE(gone.empty());
    EXPECT_TRUE(is_remembered(history, "ours"));
    std::size_t bytes = 0;
    for (const auto& action : history.all())
        bytes += action.before.size();
    EXPECT_LE(bytes, action_history::max_ended.bytes);
}

TEST(ActionHistory, ForgetsWhatEndedNinetyDaysAgoUnlessAPersonDecidedIt)
{
    action_history history;
    for (const auto state : {action_state::done, action_state::dry_run, action_state::rejected,
                             action_state::undone, action_state::waiting})
        history.put(past_action(std::string(name_of(state)), state));
    EXPECT_TRUE(history.forget(morning + 24h * 89).empty());
    auto gone = history.forget(morning + 24h * 91);
    std::ranges::sort(gone);
    EXPECT_EQ(gone, (std::vector<std::string>{"done", "dry_run"}));
}

// An action that ends, and one that is taken up again, is counted once.
TEST(ActionHistory, CountsEachActionAsItIs)
{
    action_history history;
    auto action = past_action("one", action_state::waiting);
    for (std::size_t times = 0; times < 2 * most; ++times) {
        action.state = times % 2 == 0 ? action_state::done : action_state::undoing;
        history.put(action);
    }
    put_many(history, "dry", most - 1, past_action("", action_state::dry_run));
    EXPECT_TRUE(history.forget(morning).empty());
}

class ForgottenActions : public testing::Test, protected quarantine_world::demo_world {};

TEST_F(ForgottenActions, AreGoneFromTheDiskAndToldAsANumber)
{
    for (std::size_t number = 0; number < most + 100; ++number) {
        auto action = past_action(fmt::format("a-{:012x}", number), action_state::dry_run);
        action.planned_at = now;
        action.ended_at = now;
        on_disk.actions.emplace(action.id, action);
    }
    start();
    std::size_t forgotten = 0;
    guard->on_forgotten([&forgotten](std::size_t count) { forgotten += count; });
    look();
    EXPECT_EQ(on_disk.actions.size(), guard->actions().size());
    EXPECT_LE(on_disk.actions.size(), most);
    EXPECT_EQ(forgotten, most + 100 - (most - most / 10));
}

}  // namespace
}  // namespace trunkwarden
