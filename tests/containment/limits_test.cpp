#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "containment/action_limits.hpp"
#include "containment/safety_limits.hpp"

// How much is done at once, and again: by somebody who floods the account or keeps coming back.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::Contains;
using testing::HasSubstr;

TEST_F(SafetyLimits, OverTheLimitOfASweepTheHeaviestAreDoneAndTheRestIsHeldWithACriticalAlert)
{
    policy.max_fraction = 1;
    for (int i = 0; i < 6; ++i)  // medium
        attack("add_verified_number",
               {{"object", {{"phone_number", fmt::format("+1415556{:04}", 100 + i)}}}});
    policy.allow_irreversible = true;
    add_ips(3);  // critical
    told_critically.clear();
    look();
    EXPECT_EQ(states_of("ips"), "done done done") << refusals();
    EXPECT_EQ(written(), policy.max_actions_per_cycle);
    EXPECT_THAT(states_of("verified_numbers"), HasSubstr("waiting"));
    const auto all = actions_on("verified_numbers");
    const auto held = std::ranges::find(all, action_state::waiting, &action::state);
    ASSERT_NE(held, all.end());
    EXPECT_THAT(held->held, HasSubstr("max_actions_per_cycle: 5"));
    EXPECT_THAT(told_critically, Contains(held->finding)) << "nobody expects in auto to be asked";
    ASSERT_TRUE(guard->approve(held->id));
    round();
    EXPECT_EQ(written(), policy.max_actions_per_cycle + 1U) << "what a person approves is done";
}

TEST_F(SafetyLimits, TheLimitOfAnHourHolds)
{
    policy.max_fraction = 1;
    for (int i = 0; i < 30; ++i) {
        attack("add_ip", {{"object", {{"ip_address", fmt::format("198.51.100.{}", 100 + i)}}}});
        look();
    }
    EXPECT_EQ(written(), policy.max_actions_per_hour);
    EXPECT_THAT(states_of("ips"), HasSubstr("waiting"));
}

TEST_F(SafetyLimits, AShareOfAListDoesNotGrowWhileTheListShrinks)
{
    for (int i = 0; i < 8; ++i)
        attack("add_notification_channel");
    for (int looks = 0; looks < 4; ++looks)
        look();
    EXPECT_EQ(written(), 2U) << "a quarter of nine, however few are left: "
                             << states_of("notification_channels");
}

// A list that is not read again, or never twice the same, shows for long what is not there any more.
TEST_F(SafetyLimits, AnObjectThatWasRemovedCountsOnceAlsoWhereTheLastReadingShowsIt)
{
    for (int i = 0; i < 9; ++i)
        attack("add_notification_channel");
    policy.mode = quarantine_mode::off;
    look();
    const auto& seen = watched->view.objects[*place_of_resource(watched->config, "notification_channels")];
    ASSERT_EQ(count(seen), 10U);
    const auto objects = [&](const std::vector<action>& history) {
        return objects_within_the_hour(seen, "notification_channels", history, now);
    };
    action removed;
    removed.resource = "notification_channels";
    removed.state = action_state::done;
    removed.request.method = "DELETE";
    removed.object_id = finding_about("notification_channels")->deviation.id;
    removed.sent_at = now;
    EXPECT_EQ(objects({removed, removed}), 10U);
    auto gone = removed;
    gone.object_id = "gone";
    EXPECT_EQ(objects({removed, gone, gone}), 11U);
    gone.state = action_state::failed;
    EXPECT_EQ(objects({gone}), 10U);
    gone.state = action_state::done;
    gone.sent_at = now - 61min;
    EXPECT_EQ(objects({gone}), 10U);
    gone.sent_at = now;
    gone.resource = "ips";
    EXPECT_EQ(objects({gone}), 10U);
}

TEST_F(SafetyLimits, OfALargeShareOfAListSoManyAreDoneAndTheRestIsHeld)
{
    policy.max_actions_per_cycle = 100;
    policy.max_actions_per_hour = 100;
    for (int i = 0; i < 6; ++i)  // trusted ones, so that there are eight
        seeded.create(
            "/ips",
            {{"connection_id", "1293384261075731510"}, {"ip_address", fmt::format("203.0.113.{}", i)}},
            {"dana", "account_owner", true});
    auto text = baseline_text;
    text.insert(text.find("  - ip_address: 198.51.100.4"), "  - ip_address: 203.0.113.0/24\n");
    trust(text);
    look();
    add_ips(3);
    look();
    EXPECT_EQ(written(), 2U) << "3 of 11 is more than a quarter";
    EXPECT_EQ(states_of("ips"), "done done waiting");
    EXPECT_THAT(actions_on("ips").back().held, HasSubstr("max_fraction"));
}

// Light findings must not use up what a heavy one needs.
TEST_F(SafetyLimits, AFloodOfLightFindingsLeavesTheHeavyOnesTheirPlacesAndTheirShareOfTheHour)
{
    policy.allow_irreversible = true;
    policy.max_fraction = 1;
    policy.max_actions_per_cycle = 100;
    for (int i = 0; i < 110; ++i)
        attack("add_verified_number",
               {{"object", {{"phone_number", fmt::format("+1415556{:04}", 100 + i)}}}});
    for (int i = 0; i < 5; ++i)
        look();
    EXPECT_EQ(written(), policy.max_actions_per_hour / 2);
    const auto decoys = written();
    attack("add_ip");
    attack("forward_number");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
    EXPECT_EQ(states_of("call_forwarding"), "done");
    EXPECT_EQ(written(), decoys + 2);
}

TEST_F(SafetyLimits, WhatComesBackIsContainedAgainLaterEachTimeAndNeverLeftAlone)
{
    std::vector<time_point> contained;
    const auto writes_to_ips = [this] {
        return std::ranges::count_if(api->written,
                                     [](const api_write& write) { return write.target.starts_with("/ips"); });
    };
    attack("add_ip");
    for (int i = 0; i < 4 * 60; ++i) {  // every 30 seconds for two hours
        const auto before = writes_to_ips();
        look();
        if (writes_to_ips() > before) {
            contained.push_back(now);
            attack("add_ip");
        }
    }
    ASSERT_GE(contained.size(), 6U);
    const std::array<std::chrono::minutes, 5> waits{1min, 4min, 16min, 30min, 30min};
    for (std::size_t i = 0; i < waits.size(); ++i) {
        EXPECT_GE(contained[i + 1] - contained[i], waits[i]) << i;
        EXPECT_LE(contained[i + 1] - contained[i], waits[i] + 1min) << i;
    }
    EXPECT_TRUE(was_told("recreated ips"));
    EXPECT_THAT(refusals(), HasSubstr("it is contained again at"));
    EXPECT_EQ(states_of("outbound_voice_profiles"), "waiting waiting") << "each profile is offered, once";
    const auto offer = actions_on("outbound_voice_profiles").front();
    EXPECT_EQ(offer.measure, measure::escalate);
    ASSERT_TRUE(guard->approve(offer.id));
    round();
    EXPECT_EQ(guard->find(offer.id)->state, action_state::done);
    EXPECT_EQ(seeded.find("/outbound_voice_profiles", offer.object_id)->at("enabled"), false);
    EXPECT_EQ(undo(offer.id).state, action_state::undone);
    EXPECT_EQ(seeded.find("/outbound_voice_profiles", offer.object_id)->at("enabled"), true);
}

// Two pokes at a tag must not protect what comes third.
TEST_F(SafetyLimits, ATagThatKeepsComingBackDoesNotDelayAnAddressThatMatters)
{
    const std::string id = "1494404757140276710";
    for (int i = 0; i < 3; ++i) {
        seeded.change("/call_control_applications", id, {{"application_name", fmt::format("poke-{}", i)}},
                      {"thief"});
        look();
        now += 2min;
    }
    const auto before = written();
    EXPECT_GE(before, 2U);
    seeded.change("/call_control_applications", id,
                  {{"webhook_event_url", "https://calls.attacker.example/hook"}}, {"thief"});
    look();
    EXPECT_EQ(written(), before + 1) << refusals();
    EXPECT_NE(seeded.find("/call_control_applications", id)->at("webhook_event_url"),
              "https://calls.attacker.example/hook");
}

// Changing an object ten times a second makes every look at it old.
class Toggling : public SafetyLimits {
protected:
    Toggling()
    {
        id = id_of(attack("add_texml_application"));
        const auto toggle = [this](const action&) {
            seeded.change("/texml_applications", id, {{"tags", json::array{fmt::format("t{}", ++changes)}}},
                          {"thief"});
        };
        journal->before_write = toggle;
        journal->after_write = toggle;
    }
    bool is_active() { return seeded.find("/texml_applications", id)->at("active").as_bool(); }

    std::string id;
    int changes = 0;
};

TEST_F(Toggling, AnObjectThatNeverStaysTheSameIsContainedAllTheSame)
{
    look();
    EXPECT_FALSE(is_active()) << refusals();
    EXPECT_GT(changes, 1);
}

TEST_F(Toggling, AnApprovalIsForTheObjectAndNotForOneVersionOfIt)
{
    policy.mode = quarantine_mode::approve;
    look();
    ASSERT_TRUE(guard->approve(actions_on("texml_applications").front().id));
    round();
    EXPECT_FALSE(is_active()) << refusals();
    EXPECT_GT(changes, 1);
}

TEST_F(SafetyLimits, AValueThatChangesAllTheTimeIsPutBackAllTheSame)
{
    const std::string id = "1494404757140276710";
    const auto trusted = seeded.find("/call_control_applications", id)->at("webhook_event_url");
    int number = 0;
    const auto toggle = [&](const action& action) {
        if (action.state != action_state::done)
            seeded.change("/call_control_applications", id,
                          {{"webhook_event_url", fmt::format("https://n{}.attacker.example/", ++number)}},
                          {"thief"});
    };
    toggle(action{});
    journal->before_write = toggle;
    look();
    EXPECT_GT(number, 1);
    EXPECT_EQ(seeded.find("/call_control_applications", id)->at("webhook_event_url"), trusted) << refusals();
}

TEST_F(SafetyLimits, PlansThatComeToNothingTakeNoPlaceAndFillNoJournal)
{
    const auto id = id_of(attack("add_ip"));
    const auto object = *seeded.find("/ips", id);
    journal->before_write = [this](const action& action) {
        if (action.state == action_state::planned)
            seeded.remove("/ips", action.object_id, {"thief"});
    };
    for (int i = 0; i < 150; ++i) {
        look();
        attack("add_ip");
    }
    EXPECT_LT(on_disk.actions.size(), 160U);
    journal->before_write = [](const action&) {};
    look();
    EXPECT_THAT(states_of("ips"), HasSubstr("done")) << refusals();
}

}  // namespace
}  // namespace trunkwarden
