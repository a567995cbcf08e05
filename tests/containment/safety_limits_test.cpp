#include "containment/safety_limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Each safety limit, by somebody who tries to get past it.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

// Another list proves nothing about whether a rogue address may be removed: a thief who makes one list
// unreadable must not keep the account from being put right.
TEST_F(SafetyLimits, AListThatCannotBeReadStopsNothingElse)
{
    api->cannot_read = [](const std::string& path) { return path.starts_with("/portouts"); };
    attack("add_ip");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
}

// The thief creates and deletes an address all the time, so that no two pages agree.
TEST_F(SafetyLimits, AnObjectOfAListThatIsNeverTheSameIsContained)
{
    list_with(watched->view, *place_of_resource(watched->config, "ips"))->from.page_size = 2;
    const auto rogue = id_of(attack("add_ip"));
    std::string passing;
    api->after_read = [&](const std::string& target) {
        if (!target.starts_with("/ips?"))
            return;
        if (passing.empty())
            passing = id_of(attack("add_ip", {{"object", {{"ip_address", "198.51.100.77"}}}}));
        else
            seeded.remove("/ips", std::exchange(passing, {}), {"thief"});
    };
    look();
    const auto& covered = watched->view.coverage[*place_of_resource(watched->config, "ips")];
    EXPECT_EQ(covered.failed_with, errc::moved) << covered.reason;
    EXPECT_FALSE(seeded.find("/ips", rogue)) << refusals();
    EXPECT_THAT(states_of("ips"), HasSubstr("done"));
    EXPECT_FALSE(was_told("opened missing"));
}

TEST_F(SafetyLimits, NothingAboutAnObjectThatCannotBeRead)
{
    attack("add_ip");
    api->cannot_read = [](const std::string& path) { return path.starts_with("/ips/"); };
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("the object could not be read"));
    api->cannot_read = [](const std::string&) { return false; };
    look();
    EXPECT_EQ(states_of("ips"), "done");
}

TEST_F(SafetyLimits, AnAttestationThatRanOutDoesNotTieItsHands)
{
    auto text = baseline_text;
    text.replace(text.find("attested: 2026-11-20"), 20, "attested: 2020-01-01");
    text.replace(text.find("max_age: 3650d"), 14, "max_age: 30d  ");
    trust(text);
    attack("add_ip");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
}

TEST_F(SafetyLimits, NothingDuringWarmUp)
{
    policy.warmup_cycles = 3;
    start();
    attack("add_ip");
    look();
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("2 of 3 sweeps"));
    look();
    EXPECT_EQ(states_of("ips"), "done");
}

TEST_F(SafetyLimits, NothingInAnotherOrganisation)
{
    auto text = baseline_text;
    text.replace(text.find("3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10"), 36,
                 "00000000-0000-4000-8000-000000000000");
    trust(text);
    attack("add_ip");
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(guard->obstacle().value_or(""), HasSubstr("belongs to organisation"));
}

TEST_F(SafetyLimits, NothingWhileFrozenAndEverythingAfterwards)
{
    guard->forbid("the quarantine is frozen");
    attack("add_ip");
    look();
    EXPECT_EQ(written(), 0U);
    guard->forbid(std::nullopt);
    round();
    EXPECT_EQ(states_of("ips"), "done");
}

TEST_F(SafetyLimits, AFreezeBetweenPlanAndRequestHolds)
{
    attack("add_ip");
    journal->after_write = [this](const action& action) {
        if (action.state == action_state::sending)
            guard->forbid("the quarantine is frozen");
    };
    look();
    EXPECT_EQ(written(), 0U) << "it was written down, and not sent";
    EXPECT_EQ(states_of("ips"), "stale");
}

// A write that waits for its turn must not leave on what was true before.
TEST_F(SafetyLimits, WhatHappensWhileARequestIsOnItsWayCounts)
{
    attack("add_ip");
    api->on_its_way = [this](const api_write&) { guard->forbid("the quarantine is frozen"); };
    look();
    EXPECT_EQ(written(), 0U) << "frozen";
    guard->forbid(std::nullopt);
    api->on_its_way = [this](const api_write&) {
        policy.mode = quarantine_mode::off;
        guard->set_policy(policy);
    };
    look();
    EXPECT_EQ(written(), 0U) << "switched off";
    policy.mode = quarantine_mode::automatic;
    auto text = baseline_text;
    text.insert(text.find("  - ip_address: 198.51.100.4"), "  - ip_address: 192.0.2.66\n");
    api->on_its_way = [this, text](const api_write&) { trust(text); };
    look();
    EXPECT_EQ(written(), 0U) << "trusted by now";
}

TEST_F(SafetyLimits, NothingIsUndoneWhileFrozenUnlessThatIsSaid)
{
    const auto id = id_of(attack("add_texml_application"));
    look();
    const auto done = actions_on("texml_applications").front().id;
    guard->forbid("the quarantine is frozen");
    EXPECT_THAT(guard->ask_to_undo(done).error().message, HasSubstr("--while-frozen"));
    ASSERT_TRUE(guard->ask_to_undo(done, {.while_frozen = true}));
    round();
    EXPECT_EQ(guard->find(done)->state, action_state::undone);
    EXPECT_EQ(seeded.find("/texml_applications", id)->at("active"), true);
}

TEST_F(SafetyLimits, NothingWithoutATrustedBaselineFile)
{
    watched->config.set_baseline_error("baseline.yml is not signed by the key of the settings", now);
    attack("add_ip");
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(guard->obstacle().value_or(""), HasSubstr("not trusted"));
}

TEST_F(SafetyLimits, NothingThatIsNotWrittenDownBefore)
{
    attack("add_ip");
    on_disk.broken = "the disk is full";
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("the disk is full"));
    on_disk.broken.reset();
    round();
    EXPECT_EQ(states_of("ips"), "done");
}

TEST_F(SafetyLimits, NothingWhenTheJournalBreaksAtTheLastMoment)
{
    attack("add_ip");
    journal->before_write = [this](const action& action) {
        if (action.state == action_state::sending)
            on_disk.broken = "the disk is full";
    };
    look();
    EXPECT_EQ(written(), 0U);
}

TEST_F(SafetyLimits, NoPlanTwiceBecauseTheDiskTookTheFirstOneLate)
{
    attack("add_ip");
    journal->before_write = [this](const action& action) {
        if (action.state == action_state::planned)
            on_disk.broken = "the disk is full";
    };
    look();
    EXPECT_EQ(states_of("ips"), "");
    journal->before_write = [](const action&) {};
    on_disk.broken.reset();
    journal->write_what_is_late();
    round();
    EXPECT_EQ(states_of("ips"), "done");
    start();
    EXPECT_EQ(states_of("ips"), "done") << "and nothing beside it, after a restart";
}

// A removed object is not found again after a crash: its finding has to be reported before.
TEST_F(SafetyLimits, WhatWasFoundIsToldBeforeAnythingIsDoneAboutIt)
{
    int told_first = 0;
    before_acting = [&] {
        ++told_first;
        EXPECT_EQ(written(), 0U);
        EXPECT_EQ(states_of("ips"), "") << "not even planned";
    };
    attack("add_ip");
    look();
    EXPECT_EQ(told_first, 1);
    EXPECT_EQ(written(), 1U);
}

TEST_F(SafetyLimits, NeverATrustedObject)
{
    attack("add_ip");
    const auto before = seeded.size("/ips");
    auto text = baseline_text;
    text.insert(text.find("  - ip_address: 198.51.100.4"), "  - ip_address: 192.0.2.66\n");
    journal->after_write = [this, text](const action& action) {
        if (action.state == action_state::planned)  // somebody accepts it right now
            trust(text);
    };
    look();
    EXPECT_EQ(seeded.size("/ips"), before);
    EXPECT_EQ(states_of("ips"), "stale");
    EXPECT_THAT(actions_on("ips").front().outcome, HasSubstr("covers the object by now"));
}

TEST_F(SafetyLimits, NeverTheMonitorsOwnKeyOrUserWhoeverApproves)
{
    policy.allow_irreversible = true;
    auto text = baseline_text;
    const auto own = text.find("  - id: " + own_key);
    text.erase(own, text.find("  - id: ", own + 1) - own);  // the baseline forgot the monitor's own key
    const auto me = text.find("  - id: 6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01");
    text.erase(me, text.find("  - id: ", me + 1) - me);  // and its own user
    trust(text);
    look();
    EXPECT_EQ(watched->memory.findings.size(), 2U);
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("it is the monitor's own key"));
    EXPECT_THAT(refusals(), HasSubstr("the user to whom the monitor's key belongs"));
}

TEST_F(SafetyLimits, NoKeyAtAllWithoutKnowingItsOwn)
{
    policy.allow_irreversible = true;
    own_key.clear();
    start();
    look();
    attack("add_api_key");
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("own_key_id is not set"));
    own_key = "d6a1f5ce-0000-0000-0000-000000000000";  // a slip of the finger
    start();
    look();
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(refusals(), HasSubstr("not on the list of keys"));
}

TEST_F(SafetyLimits, WhatCannotBeUndoneWaitsUnlessThatIsAllowed)
{
    attack("add_oauth_client");
    look();
    EXPECT_EQ(states_of("oauth_clients"), "waiting");
    EXPECT_EQ(written(), 0U);
    const auto id = actions_on("oauth_clients").front().id;
    ASSERT_TRUE(guard->approve(id));
    round();
    EXPECT_EQ(states_of("oauth_clients"), "done");
    EXPECT_FALSE(guard->ask_to_undo(id));

    policy.allow_irreversible = true;
    attack("add_oauth_grant");
    look();
    EXPECT_EQ(states_of("oauth_grants"), "done");
}

// A file that is saved slowly trusts less for a moment: nothing may be done about what it trusted before.
TEST_F(SafetyLimits, WhatTheBaselineTrustedAMomentAgoIsNotTouchedWithoutApproval)
{
    policy.max_fraction = 1;
    const auto whole = baseline_text;
    const auto entry = whole.find("  - ip_address: 198.51.100.4");
    ASSERT_NE(entry, std::string::npos);
    auto half = whole;
    half.erase(entry, half.find("  - ip_address: 198.51.100.5") - entry);
    replace_baseline(half);
    look();
    EXPECT_EQ(written(), 0U);
    ASSERT_THAT(states_of("ips"), HasSubstr("waiting")) << refusals();
    EXPECT_THAT(actions_on("ips").front().held, HasSubstr("until it was reloaded"));
    attack("add_ip");
    look();
    EXPECT_EQ(written(), 1U) << "what nobody ever trusted has no such protection";

    replace_baseline(half + "\n");  // saved again, while the first is not over
    now += 5min;
    look();
    EXPECT_EQ(written(), 1U);
    now += 11min;
    look();
    look();
    look();
    EXPECT_GT(written(), 1U) << "after ten minutes it is what people want";
}

TEST_F(SafetyLimits, AFileThatGrowsInManyStepsProtectsWhatTheFirstOneTrusted)
{
    const auto whole = baseline_text;
    const auto entry = whole.find("  - ip_address: 198.51.100.4");
    auto half = whole;
    half.erase(entry, half.find("  - ip_address: 198.51.100.5") - entry);
    for (int i = 0; i < 40; ++i) {
        replace_baseline(half + std::string(static_cast<std::size_t>(i), '\n'));
        now += 2s;
        round();
    }
    look();
    EXPECT_EQ(written(), 0U);
}

// Another key may belong to another user.
TEST_F(SafetyLimits, AsksAgainWhoseKeyItIsWhenTheKeyIsAnother)
{
    policy.allow_irreversible = true;
    auto text = baseline_text;
    const auto me = text.find("  - id: 6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01");
    text.erase(me, text.find("  - id: ", me + 1) - me);
    look();
    const auto asked = api->reads_of("/whoami");
    trust(text);
    look();
    EXPECT_GT(api->reads_of("/whoami"), asked);
    EXPECT_EQ(written(), 0U);
    const auto before = api->reads_of("/whoami");
    look();
    EXPECT_EQ(api->reads_of("/whoami") - before, 1U) << "the organisation check alone";
    guard->key_replaced();
    look();
    EXPECT_EQ(api->reads_of("/whoami") - before, 3U);
}

TEST_F(SafetyLimits, DryRunOnlyPlans)
{
    policy.mode = quarantine_mode::dry_run;
    attack("add_ip");
    attack("loosen_outbound_profile");
    look();
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_EQ(states_of("ips"), "dry_run") << "planned once";
    EXPECT_EQ(states_of("outbound_voice_profiles"), "dry_run");
    policy.mode = quarantine_mode::automatic;
    look();
    EXPECT_EQ(states_of("ips"), "dry_run done");
}

TEST_F(SafetyLimits, RulesAreReadInOrderAndOffIsOff)
{
    policy.rules = {{"ips", {}, "", quarantine_mode::off},
                    {"", deviation_kind::weakened, "", quarantine_mode::approve},
                    {"", {}, "another", quarantine_mode::off}};
    attack("add_ip");
    attack("raise_spend_limit");
    attack("add_texml_application");
    look();
    EXPECT_EQ(states_of("ips"), "");
    EXPECT_EQ(states_of("outbound_voice_profiles"), "waiting");
    EXPECT_EQ(states_of("texml_applications"), "done");
}

TEST_F(SafetyLimits, AnApprovalToPutValuesBackIsForTheValuesThatWereSeen)
{
    policy.mode = quarantine_mode::approve;
    const std::string id = "1494404757140276710";
    const auto poke = [&](const char* url) {
        seeded.change("/call_control_applications", id, {{"webhook_event_url", url}}, {"thief"});
    };
    poke("https://one.attacker.example/");
    look();
    const auto waiting = actions_on("call_control_applications").front().id;
    poke("https://two.attacker.example/");
    ASSERT_TRUE(guard->approve(waiting));
    round();
    EXPECT_EQ(guard->find(waiting)->state, action_state::stale);
    EXPECT_EQ(written(), 0U);
    EXPECT_EQ(guard->approve(waiting).error().kind, errc::bad_usage);
    EXPECT_EQ(guard->approve("a-000000000000").error().kind, errc::not_found);

    look();
    const auto again = actions_on("call_control_applications").back().id;
    seeded.change("/call_control_applications", id, {{"webhook_api_version", "1"}}, {"dana"});
    ASSERT_TRUE(guard->approve(again));
    round();
    EXPECT_EQ(guard->find(again)->state, action_state::done) << "a field that is not written may change";
    EXPECT_EQ(seeded.find("/call_control_applications", id)->at("webhook_api_version"), "1");
}

TEST_F(SafetyLimits, AnApprovalThatComesTooLateIsRefused)
{
    policy.mode = quarantine_mode::approve;
    attack("add_ip");
    look();
    const auto waiting = actions_on("ips").front().id;
    now += approval_patience + 1s;
    EXPECT_THAT(guard->approve(waiting).error().message, HasSubstr("it waited until"));
    look();
    EXPECT_EQ(states_of("ips"), "expired waiting") << "the finding is still open, so it is offered anew";
}

}  // namespace
}  // namespace trunkwarden
