#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "containment/use_world.hpp"

// Stopping a use where something comes in between: a reload, a rule, a person, a restart, or a call that does
// not end.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

class UseMishaps : public UseContainment {};

// The rules hold for what outlived its finding, too.
TEST_F(UseMishaps, DoesNotCarryOutWhatOutlivedItsRegistrationOnceARuleSaysOff)
{
    attack("register_elsewhere");
    look();
    ASSERT_EQ(states_of("credential_connections"), "waiting") << refusals();
    seeded.remove("/registrations", connection, {"phone", "system", false});
    later();
    ASSERT_EQ(finding_about("registrations"), nullptr);
    policy.rules = {{.resource = "registrations", .kind = {}, .account = {}, .mode = quarantine_mode::off}};
    approve_all();
    EXPECT_TRUE(connection_is_on());
    EXPECT_EQ(states_of("credential_connections"), "stale");
}

TEST_F(UseMishaps, HangsUpAllOthersWhereSomeCallsCannotBeHungUp)
{
    for (int call = 0; call < 60; ++call)
        attack("place_call");
    look();
    std::set<std::string> stubborn;
    for (std::size_t place = 0; place < 3; ++place)
        stubborn.emplace(seeded.at("/calls", place).at("call_control_id").as_string());
    api->write_goes = [&stubborn](const api_write& write) {
        const bool is_refused = std::ranges::any_of(
            stubborn, [&write](const std::string& id) { return write.target.find(id) != std::string::npos; });
        return is_refused ? mishap::refused_422 : mishap::none;
    };
    approve_all();
    EXPECT_EQ(actions_on("active_calls").front().state, action_state::approved) << "fifty were tried";
    round();
    EXPECT_EQ(running_calls_left(), 3U);
    const auto all = actions_on("active_calls").front();
    EXPECT_EQ(all.state, action_state::failed);
    EXPECT_THAT(all.outcome, HasSubstr("57 calls hung up, 3 still run"));
}

// Half a file, saved slowly: nothing is switched off by it.
TEST_F(UseMishaps, WaitsForAPersonAfterAReloadThatChangedWhatMayBeSpent)
{
    policy.rules = {{.resource = "spending", .kind = {}, .account = {}, .mode = quarantine_mode::automatic}};
    policy.max_fraction = 1.0;
    auto narrower = baseline_text;
    const std::string_view before = "max_per_minute: \"3.00\"";
    narrower.replace(narrower.find(before), before.size(), "max_per_minute: \"0.10\"");
    replace_baseline(narrower);
    spend(1);
    ASSERT_EQ(states_of("auto_recharge"), "waiting") << refusals();
    EXPECT_THAT(actions_on("auto_recharge").front().held, HasSubstr("changed when it was reloaded"));
    EXPECT_TRUE(api->written.empty());
    for (int minute = 0; minute < 12; ++minute)
        spend(1);
    EXPECT_FALSE(profile_is_on()) << "the baseline stayed: " << refusals();
}

TEST_F(UseMishaps, IsDoneAtOnceAfterAReloadThatSaysTheSameAboutTheUse)
{
    policy.rules = {{.resource = "spending", .kind = {}, .account = {}, .mode = quarantine_mode::automatic}};
    policy.max_fraction = 1.0;
    replace_baseline(baseline_text + "\n# reviewed\n");
    spend(45);
    EXPECT_EQ(states_of("auto_recharge"), "done") << refusals();
}

// At less than twice the rate that was reported, through something that is not switched off.
TEST_F(UseMishaps, TellsAgainOfMoneyThatGoesAfterAllThatCarriesItIsOff)
{
    spend(45);
    approve_all();
    ASSERT_EQ(finding_about("spending")->status, finding_status::contained);
    told.clear();
    spend(2, 0s);  // within the minute: else the finding is over
    ASSERT_NE(finding_about("spending"), nullptr);
    EXPECT_EQ(finding_about("spending")->status, finding_status::contained) << "within the limit";
    spend(44, 0s);
    ASSERT_NE(finding_about("spending"), nullptr);
    EXPECT_EQ(finding_about("spending")->status, finding_status::open);
    EXPECT_TRUE(was_told("changed spending")) << testing::PrintToString(told);
}

TEST_F(UseMishaps, OffersToSwitchOffMessagingProfilesWhereMoneyGoes)
{
    spend(45);
    EXPECT_EQ(actions_on("messaging_profiles").size(), seeded.size("/messaging_profiles")) << refusals();
}

// Somebody else switches it off after that.
TEST_F(UseMishaps, ForgetsItsStepOnceSomebodySwitchedTheObjectOnAgain)
{
    spend(45);
    approve_all();
    for (int minute = 0; minute < 5; ++minute)
        later();
    ASSERT_EQ(finding_about("spending"), nullptr);
    seeded.change("/outbound_voice_profiles", profile, {{"enabled", true}}, {"dana", "account_owner", true});
    later();
    later();
    start();
    later();
    told.clear();
    seeded.change("/outbound_voice_profiles", profile, {{"enabled", false}},
                  {"thief", "account_owner", true});
    for (int minute = 0; minute < 4; ++minute)
        later();
    EXPECT_TRUE(profile_is_on()) << "the baseline says so: " << refusals();
    EXPECT_TRUE(was_told("opened outbound_voice_profiles") || was_told("recreated outbound_voice_profiles"))
        << testing::PrintToString(told);
    EXPECT_FALSE(seeded.single("/payment/auto_recharge_prefs").at("enabled").as_bool())
        << "nobody switched this one on";
}

TEST_F(UseMishaps, KnowsAfterMonthsWhyAnObjectIsOff)
{
    spend(45);
    approve_all();
    for (int minute = 0; minute < 5; ++minute)
        later();
    now += 24h * 91;
    later();
    ASSERT_FALSE(actions_on("outbound_voice_profiles").empty()) << "the journal knows it still";
    start();
    for (int minute = 0; minute < 6; ++minute)
        later();
    EXPECT_FALSE(profile_is_on());
}

}  // namespace
}  // namespace trunkwarden
