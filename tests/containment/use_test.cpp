#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "containment/use_world.hpp"

// A theft changes nothing in the account: the quarantine offers objects to switch off, does so once a person
// agrees, and nobody undoes that by mistake.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

TEST_F(UseContainment, DoesNothingToAnAccountThatIsUsedAsItMay)
{
    spend(1);
    EXPECT_TRUE(guard->actions().empty());
    EXPECT_TRUE(api->written.empty());
}

TEST_F(UseContainment, OffersToSwitchOffEverythingThatMoneyGoesThroughAndWaits)
{
    spend(45);
    ASSERT_NE(finding_about("spending"), nullptr);
    const auto profiles = seeded.size("/outbound_voice_profiles");
    EXPECT_EQ(actions_on("outbound_voice_profiles").size(), profiles) << refusals();
    EXPECT_EQ(states_of("auto_recharge"), "waiting");
    for (const auto& action : guard->actions()) {
        EXPECT_EQ(action.measure, measure::stop);
        EXPECT_EQ(action.use, "spending");
        EXPECT_EQ(action.mode, quarantine_mode::approve) << "whatever the mode of the settings is";
    }
    EXPECT_TRUE(api->written.empty());
    EXPECT_THAT(finding_about("spending")->quarantine, HasSubstr("waits for approval"));
    spend(45);
    EXPECT_EQ(actions_on("outbound_voice_profiles").size(), profiles) << "each is offered once";
}

TEST_F(UseContainment, IsOfferedInEveryModeUnlessARuleNamesTheResource)
{
    policy.mode = quarantine_mode::dry_run;
    policy.rules = {{.resource = "", .kind = {}, .account = {}, .mode = quarantine_mode::off}};
    spend(45);
    EXPECT_EQ(states_of("auto_recharge"), "waiting");
}

TEST_F(UseContainment, IsNeverCarriedOutWithoutApprovalByAGeneralMode)
{
    for (const auto mode : {quarantine_mode::off, quarantine_mode::dry_run, quarantine_mode::approve,
                            quarantine_mode::automatic}) {
        policy.mode = mode;
        policy.max_fraction = 1.0;
        policy.rules = {{.resource = "", .kind = deviation_kind::exceeded, .account = {}, .mode = mode},
                        {.resource = "", .kind = {}, .account = "production", .mode = mode},
                        {.resource = "", .kind = {}, .account = {}, .mode = mode}};
        start();
        look();
        attack("register_elsewhere");
        for (int call = 0; call < 5; ++call)
            attack("place_call");
        spend(45);
        for (int minute = 0; minute < 40; ++minute)
            later();
        EXPECT_FALSE(waiting().empty()) << name_of(mode) << refusals();
        EXPECT_TRUE(api->written.empty()) << name_of(mode);
    }
}

TEST_F(UseContainment, IsDoneAtOnceWhereARuleNamesTheResource)
{
    policy.rules = {{.resource = "spending", .kind = {}, .account = {}, .mode = quarantine_mode::automatic}};
    policy.max_fraction = 1.0;
    spend(45);
    EXPECT_EQ(states_of("auto_recharge"), "done") << refusals();
    EXPECT_FALSE(profile_is_on());
}

TEST_F(UseContainment, DoesNothingWhereARuleSaysOff)
{
    policy.rules = {{.resource = "spending", .kind = {}, .account = {}, .mode = quarantine_mode::off}};
    spend(45);
    EXPECT_TRUE(guard->actions().empty());
}

TEST_F(UseContainment, SwitchesOffWhatAPersonApprovedAndPutsNothingOfItBack)
{
    spend(45);
    approve_all();
    EXPECT_FALSE(profile_is_on());
    EXPECT_FALSE(seeded.single("/payment/auto_recharge_prefs").at("enabled").as_bool());
    EXPECT_EQ(finding_about("spending")->status, finding_status::contained);
    const auto written = api->written.size();
    for (int minute = 0; minute < 10; ++minute)
        later();
    EXPECT_FALSE(profile_is_on()) << "the mode is auto, and the baseline says that it is on";
    EXPECT_EQ(api->written.size(), written);
    const auto* own = finding_of("outbound_voice_profiles", profile);
    ASSERT_NE(own, nullptr);
    EXPECT_EQ(own->status, finding_status::contained);
    EXPECT_FALSE(was_told("opened outbound_voice_profiles")) << "nobody is alarmed by an own step";
}

TEST_F(UseContainment, PutsBackWhatAThiefChangesBesideAndLeavesItOff)
{
    spend(45);
    approve_all();
    later();
    attack("raise_spend_limit");
    const auto raised = actions_on("outbound_voice_profiles").size();
    for (int minute = 0; minute < 4; ++minute)
        later();
    ASSERT_GT(actions_on("outbound_voice_profiles").size(), raised) << refusals();
    const auto restored = actions_on("outbound_voice_profiles").back();
    EXPECT_EQ(restored.measure, measure::restore);
    EXPECT_EQ(restored.state, action_state::done) << restored.outcome;
    EXPECT_THAT(restored.request.body, testing::Not(HasSubstr("\"enabled\":true")));
    for (std::size_t place = 0; place < seeded.size("/outbound_voice_profiles"); ++place)
        EXPECT_FALSE(seeded.at("/outbound_voice_profiles", place).at("enabled").as_bool());
}

TEST_F(UseContainment, IsUndoneExactly)
{
    const auto before = *seeded.find("/outbound_voice_profiles", profile);
    spend(45);
    approve_all();
    const auto done = guard->actions();
    for (const auto& action : done)
        EXPECT_EQ(undo(action.id).state, action_state::undone);
    auto after = *seeded.find("/outbound_voice_profiles", profile);
    after["updated_at"] = before.at("updated_at");
    EXPECT_EQ(after, before);
    EXPECT_TRUE(seeded.single("/payment/auto_recharge_prefs").at("enabled").as_bool());
    const auto written = api->written.size();
    later();
    later();
    EXPECT_EQ(api->written.size(), written) << "what somebody undid is not done again";
    EXPECT_EQ(finding_of("outbound_voice_profiles", profile), nullptr);
}

TEST_F(UseContainment, RemembersAfterAPowerCutWhatItSwitchedOff)
{
    spend(45);
    approve_all();
    start();
    for (int minute = 0; minute < 6; ++minute)
        later();
    EXPECT_FALSE(profile_is_on());
    EXPECT_EQ(states_of("outbound_voice_profiles").find("planned"), std::string::npos);
}

TEST_F(UseContainment, DoesNothingWhileItIsFrozen)
{
    spend(45);
    const auto offered = waiting();
    ASSERT_FALSE(offered.empty());
    guard->forbid("frozen since 22:14");
    EXPECT_FALSE(guard->approve(offered.front().id, "dana"));
    round();
    EXPECT_TRUE(api->written.empty());
    guard->forbid(std::nullopt);
    EXPECT_TRUE(guard->approve(offered.front().id, "dana"));
    guard->forbid("frozen since 22:16");
    round();
    EXPECT_TRUE(api->written.empty()) << "a freeze holds for what was approved, too";
}

TEST_F(UseContainment, LeavesAnObjectThatIsOffByThen)
{
    spend(45);
    seeded.change("/outbound_voice_profiles", profile, {{"enabled", false}}, {"dana", "account_owner", true});
    approve_all();
    for (const auto& action : actions_on("outbound_voice_profiles"))
        if (action.object_id == profile) {
            EXPECT_EQ(action.state, action_state::stale);
            EXPECT_EQ(action.outcome, "it is switched off already");
            EXPECT_FALSE(action.sent_at);
        }
}

TEST_F(UseContainment, EndsWhenTheUseIsOver)
{
    spend(45);
    ASSERT_FALSE(waiting().empty());
    for (int minute = 0; minute < 4; ++minute)
        later();
    EXPECT_EQ(finding_about("spending"), nullptr);
    EXPECT_TRUE(waiting().empty());
    EXPECT_TRUE(api->written.empty());
}

TEST_F(UseContainment, IsOfferedAgainWhenMoreIsSpentAfterItWasRejected)
{
    spend(4);
    const auto offered = waiting();
    ASSERT_FALSE(offered.empty());
    for (const auto& action : offered)
        ASSERT_TRUE(run(guard->reject(action.id, "a campaign", "dana")));
    round();
    EXPECT_TRUE(waiting().empty());
    spend(45);
    EXPECT_EQ(waiting().size(), offered.size());
}

TEST_F(UseContainment, AsksAgainWhereAThiefSwitchesItOnAgain)
{
    spend(45);
    approve_all();
    seeded.change("/outbound_voice_profiles", profile, {{"enabled", true}}, {"thief", "account_owner", true});
    spend(45);
    ASSERT_EQ(waiting().size(), 1U) << refusals();
    EXPECT_EQ(waiting().front().object_id, profile);
}

TEST_F(UseContainment, OffersToSwitchOffTheConnectionWhosePasswordIsRegisteredElsewhere)
{
    attack("register_elsewhere");
    look();
    ASSERT_EQ(states_of("credential_connections"), "waiting") << refusals();
    EXPECT_EQ(actions_on("credential_connections").front().object_id, connection);
    EXPECT_EQ(states_of("outbound_voice_profiles"), "") << "a registration proves nothing about the others";
    approve_all();
    EXPECT_FALSE(connection_is_on());
    EXPECT_EQ(finding_about("registrations")->status, finding_status::contained);
}

// The holder of the password registers again: that he is gone for a minute takes nothing back.
// (A phone that is back where it was would be a finding: two clients know the password.)
TEST_F(UseContainment, KeepsTheOfferWhenTheRegistrationEnds)
{
    attack("register_elsewhere");
    look();
    ASSERT_EQ(states_of("credential_connections"), "waiting") << refusals();
    seeded.remove("/registrations", connection, {"phone", "system", false});
    later();
    EXPECT_EQ(finding_about("registrations"), nullptr);
    approve_all();
    EXPECT_FALSE(connection_is_on());
}

TEST_F(UseContainment, EndsTheOfferWithAnotherBaseline)
{
    attack("register_elsewhere");
    look();
    ASSERT_EQ(states_of("credential_connections"), "waiting") << refusals();
    now += 1min;
    replace_baseline(baseline_text + "\n# 192.0.2.66 is our new office\n");
    seeded.remove("/registrations", connection, {"phone", "system", false});
    later();
    EXPECT_EQ(states_of("credential_connections"), "stale");
}

TEST_F(UseContainment, SaysThatTheCarriersCannotBeReadAndStillReadsThemAlone)
{
    api->cannot_read = [](const std::string& path) { return path == "/credential_connections"; };
    attack("register_elsewhere");
    look();
    EXPECT_EQ(states_of("credential_connections"), "waiting")
        << "the last reading of the list and the object itself are enough: " << refusals();
}

TEST_F(UseContainment, HangsUpTheRunningCallsOfAnApplicationOnApproval)
{
    for (int call = 0; call < 5; ++call)
        attack("place_call");
    look();
    ASSERT_NE(finding_about("active_calls"), nullptr);
    EXPECT_EQ(finding_about("active_calls")->deviation.level, severity::critical)
        << "more than twice the limit";
    EXPECT_EQ(states_of("call_control_applications"), "waiting") << refusals();
    EXPECT_EQ(states_of("active_calls"), "waiting");
    EXPECT_EQ(running_calls_left(), 5U);
    approve_all();
    EXPECT_EQ(running_calls_left(), 0U);
    EXPECT_FALSE(is_on("/call_control_applications", application, "active"));
    for (const auto& action : actions_on("active_calls"))
        EXPECT_EQ(action.state, action_state::done) << action.outcome;
    EXPECT_THAT(actions_on("active_calls").front().outcome, HasSubstr("5 calls hung up"));
}

class LongCallContainment : public UseContainment {
protected:
    LongCallContainment() : UseContainment(", max_call_minutes: 60") {}
};

TEST_F(LongCallContainment, HangsUpTheLongCallAndNotTheOther)
{
    attack("place_call");
    attack("place_call");
    seeded.change("/calls", seeded.at("/calls", 0).at("call_control_id").as_string(),
                  {{"call_duration", 4000}}, {"caller", "system", false});
    look();
    ASSERT_NE(finding_about("active_calls"), nullptr);
    EXPECT_THAT(finding_about("active_calls")->deviation.note, HasSubstr("a call has run for 1 h 6 min"));
    EXPECT_EQ(states_of("active_calls"), "waiting") << refusals();
    approve_all();
    EXPECT_EQ(running_calls_left(), 1U);
    EXPECT_THAT(actions_on("active_calls").front().outcome, HasSubstr("1 call hung up"));
}

TEST_F(UseContainment, SaysHowManyCallsTheApiRefusedToHangUp)
{
    for (int call = 0; call < 5; ++call)
        attack("place_call");
    look();
    api->write_goes = [](const api_write& write) {
        return write.target.starts_with("/calls/") ? mishap::refused_422 : mishap::none;
    };
    approve_all();
    EXPECT_EQ(running_calls_left(), 5U);
    const auto all = actions_on("active_calls").front();
    EXPECT_EQ(all.state, action_state::failed);
    EXPECT_THAT(all.outcome, HasSubstr("5 still run"));
    EXPECT_THAT(finding_about("active_calls")->quarantine, HasSubstr("failed"));
    const auto written = api->written.size();
    round();
    EXPECT_EQ(api->written.size(), written) << "the next attempt comes later";
}

TEST_F(UseContainment, HangsUpNoMoreByItselfThanTheLimitsAllow)
{
    policy.rules = {
        {.resource = "active_calls", .kind = {}, .account = {}, .mode = quarantine_mode::automatic}};
    policy.max_actions_per_cycle = 4;
    for (int call = 0; call < 9; ++call)
        attack("place_call");
    look();
    EXPECT_GE(running_calls_left(), 5U);
    EXPECT_LT(running_calls_left(), 9U);
    EXPECT_THAT(states_of("active_calls"), HasSubstr("waiting")) << "a person is asked about the rest";
}

TEST_F(UseContainment, HangsUpNothingWhenTheCallsEndedByThemselves)
{
    for (int call = 0; call < 5; ++call)
        attack("place_call");
    look();
    for (std::size_t place = 0; place < seeded.size("/calls"); ++place) {
        const auto call = seeded.at("/calls", place);
        seeded.change("/calls", call.at("call_control_id").as_string(), {{"is_alive", false}},
                      {"caller", "system", false});
    }
    approve_all();
    EXPECT_EQ(actions_on("active_calls").front().state, action_state::stale);
    for (const auto& sent : api->written)
        EXPECT_FALSE(sent.target.starts_with("/calls/")) << sent.target;
}

// A list that shows a call and counts none: neither is believed, and nothing resolves.
TEST_F(UseContainment, BelievesNoListThatCountsFewerCallsThanItShows)
{
    for (int call = 0; call < 5; ++call)
        attack("place_call");
    look();
    api->spoil = [](const std::string& path, std::string& body) {
        if (!path.ends_with("/active_calls"))
            return;
        auto answer = json::parse(body).as_object();
        answer["meta"].as_object()["total_items"] = 0;
        body = json::serialize(answer);
    };
    later();
    ASSERT_NE(finding_about("active_calls"), nullptr);
    const auto& seen = watched->view.coverage[*place_of_resource(watched->config, "active_calls")];
    EXPECT_EQ(seen.state, reading_state::unavailable);
    EXPECT_THAT(seen.reason, HasSubstr("counts 0 of them and shows 1"));
}

}  // namespace
}  // namespace trunkwarden
