#include "status/action_page.hpp"

#include <gtest/gtest.h>

#include <string>

#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

action planned(std::string id, action_state state, std::chrono::minutes ago)
{
    action out;
    out.id = std::move(id);
    out.state = state;
    out.planned_at = fakes::noon - ago;
    return out;
}

class ActionPage : public testing::Test {
protected:
    // The ids of a page, and behind a line the one after which the next begins.
    std::string page(const action_selection& chosen)
    {
        std::vector<const action*> pointers;
        for (const auto& action : all)
            pointers.push_back(&action);
        quarantine_report out;
        const auto added = add_page(out, std::move(pointers), chosen);
        if (!added)
            return added.error().message;
        EXPECT_EQ(out.all_actions, all.size());
        std::string ids;
        for (const auto& action : out.actions)
            ids += action.id + " ";
        return ids + "| " + out.next;
    }

    std::vector<action> all{
        planned("old", action_state::done, 9min), planned("new", action_state::dry_run, 1min),
        planned("waits", action_state::waiting, 30min), planned("middle", action_state::stale, 5min)};
};

// A flood of newer ones hides nothing that waits for a person.
TEST_F(ActionPage, BeginsWithWhatHasNotEndedAndThenTheNewest)
{
    EXPECT_EQ(page({10, ""}), "waits new middle old | ");
    EXPECT_EQ(page({2, ""}), "waits new | new");
    EXPECT_EQ(page({2, "new"}), "middle old | ");
    EXPECT_EQ(page({1, "new"}), "middle | middle");
    EXPECT_EQ(page({5, "old"}), "| ");
}

TEST_F(ActionPage, SaysThatTheActionItBeginsBehindIsForgotten)
{
    EXPECT_NE(page({2, "gone"}).find("begin with the first page"), std::string::npos);
}

TEST_F(ActionPage, IsShorterWhenTheActionsAreLarge)
{
    for (auto& action : all)
        action.before = std::string(5UL * 1024 * 1024, 'x');
    EXPECT_EQ(page({10, ""}), "waits new | new");
    all[2].before = std::string(20UL * 1024 * 1024, 'x');
    EXPECT_EQ(page({10, ""}), "waits | waits") << "one at least, or nobody gets past it";
}

}  // namespace
}  // namespace trunkwarden
