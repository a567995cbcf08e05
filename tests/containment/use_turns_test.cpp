#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "containment/use_world.hpp"

// More objects carry a use than are read in one round, and some of them cannot be read.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

class TurnsOfCarriers : public UseContainment {
protected:
    TurnsOfCarriers()
    {
        policy.rules = {
            {.resource = "outbound_voice_profiles", .kind = {}, .account = {}, .mode = quarantine_mode::off}};
        for (int profiles = 0; profiles < 60; ++profiles)
            attack("add_outbound_profile");
        look();
    }
    static bool is_a_profile(const std::string& path)
    {
        return path.starts_with("/outbound_voice_profiles/");
    }
    std::size_t offered() const { return actions_on("outbound_voice_profiles").size(); }
};

TEST_F(TurnsOfCarriers, AnEndpointThatTakesNoMoreIsAskedOnceARoundAndUsesUpNoTurn)
{
    api->takes_no_more = is_a_profile;
    api->targets_read.clear();
    spend(45);
    EXPECT_EQ(std::ranges::count_if(api->targets_read, is_a_profile), 1) << refusals();
    EXPECT_EQ(states_of("auto_recharge"), "waiting") << refusals();
    EXPECT_GT(actions_on("messaging_profiles").size(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("could not be read: "));
    api->takes_no_more = [](const std::string&) { return false; };
    for (int rounds = 0; rounds < 4; ++rounds)
        round();
    EXPECT_EQ(offered(), seeded.size("/outbound_voice_profiles")) << refusals();
}

TEST_F(TurnsOfCarriers, ThoseThatCannotBeReadTakeTheTurnsOfNoOther)
{
    api->cannot_read = is_a_profile;
    spend(45);
    EXPECT_EQ(offered(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("has its turn in one of the next rounds"));
    for (int rounds = 0; rounds < 6; ++rounds)
        round();
    EXPECT_EQ(states_of("auto_recharge"), "waiting") << refusals();
    EXPECT_EQ(actions_on("messaging_profiles").size(), seeded.size("/messaging_profiles"));
    api->cannot_read = [](const std::string&) { return false; };
    for (int rounds = 0; rounds < 4; ++rounds)
        round();
    EXPECT_EQ(offered(), seeded.size("/outbound_voice_profiles")) << "each of them has its turn again";
}

TEST_F(TurnsOfCarriers, TheFindingKeepsTheOrderThatApprovesWhatWaits)
{
    spend(45);
    ASSERT_THAT(refusals(), HasSubstr("has its turn in one of the next rounds"));
    EXPECT_THAT(finding_about("spending")->quarantine, HasSubstr("quarantine approve"));
}

// The first twenty in the order cannot be read for good; those behind them can.
TEST_F(TurnsOfCarriers, ThoseBehindTwentyUnreadableOnesAreOffered)
{
    std::vector<std::string> unreadable;
    for (std::size_t at = 0; at < 25; ++at)
        unreadable.push_back("/outbound_voice_profiles/" +
                             std::string(seeded.at("/outbound_voice_profiles", at).at("id").as_string()));
    api->cannot_read = [&unreadable](const std::string& path) {
        return std::ranges::find(unreadable, path) != unreadable.end();
    };
    spend(45);
    for (int rounds = 0; rounds < 6; ++rounds)
        round();
    EXPECT_EQ(offered(), seeded.size("/outbound_voice_profiles") - unreadable.size()) << refusals();
}

}  // namespace
}  // namespace trunkwarden
