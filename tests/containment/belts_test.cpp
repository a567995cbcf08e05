#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "containment/world.hpp"

// Each belt, by somebody who tries to get past it.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::Contains;
using testing::HasSubstr;

class Belts : public testing::Test, protected demo_world {
protected:
    Belts()
    {
        start();
        look();
    }

    std::string id_of(const json::object& attacked) { return std::string(attacked.at("id").as_string()); }
    void add_ips(int count)
    {
        for (int i = 0; i < count; ++i)
            attack("add_ip", {{"object", {{"ip_address", fmt::format("192.0.2.{}", 100 + i)}}}});
    }
    std::size_t written() const { return api->written.size(); }
};

// Another list proves nothing about whether a rogue address may be removed: a thief who makes one list
// unreadable must not keep the account from being put right.
TEST_F(Belts, AListThatCannotBeReadStopsNothingElse)
{
    api->cannot_read = [](const std::string& path) { return path.starts_with("/portouts"); };
    attack("add_ip");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
}

TEST_F(Belts, NothingAboutAnObjectThatCannotBeRead)
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

TEST_F(Belts, AnAttestationThatRanOutDoesNotTieItsHands)
{
    auto text = baseline_text;
    text.replace(text.find("attested: 2026-11-20"), 20, "attested: 2020-01-01");
    text.replace(text.find("max_age: 3650d"), 14, "max_age: 30d  ");
    trust(text);
    attack("add_ip");
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
}

TEST_F(Belts, NothingDuringWarmUp)
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

TEST_F(Belts, NothingInAnotherOrganisation)
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

TEST_F(Belts, NothingWhileFrozenAndEverythingAfterwards)
{
    guard->forbid("the quarantine is frozen");
    attack("add_ip");
    look();
    EXPECT_EQ(written(), 0U);
    guard->forbid("");
    round();
    EXPECT_EQ(states_of("ips"), "done");
}

TEST_F(Belts, AFreezeBetweenPlanAndRequestHolds)
{
    attack("add_ip");
    journal->after_write = [this](const action& one) {
        if (one.state == action_state::sending)
            guard->forbid("the quarantine is frozen");
    };
    look();
    EXPECT_EQ(written(), 0U) << "it was written down, and not sent";
    EXPECT_EQ(states_of("ips"), "stale");
}

// A write that waits for its turn must not leave on what was true before.
TEST_F(Belts, WhatHappensWhileARequestIsOnItsWayCounts)
{
    attack("add_ip");
    api->on_its_way = [this](const api_write&) { guard->forbid("the quarantine is frozen"); };
    look();
    EXPECT_EQ(written(), 0U) << "frozen";
    guard->forbid("");
    api->on_its_way = [this](const api_write&) {
        policy.mode = quarantine_mode::off;
        guard->use(policy);
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

TEST_F(Belts, NothingIsUndoneWhileFrozenUnlessThatIsSaid)
{
    const auto id = id_of(attack("add_texml_application"));
    look();
    const auto done = actions_on("texml_applications").front().id;
    guard->forbid("the quarantine is frozen");
    EXPECT_THAT(guard->ask_to_undo(done).error().what, HasSubstr("--while-frozen"));
    ASSERT_TRUE(guard->ask_to_undo(done, true));
    round();
    EXPECT_EQ(guard->find(done)->state, action_state::undone);
    EXPECT_EQ(seeded.find("/texml_applications", id)->at("active"), true);
}

TEST_F(Belts, NothingWithoutATrustedBaselineFile)
{
    watched->config.set_baseline_error("baseline.yml is not signed by the key of the settings", now);
    attack("add_ip");
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_THAT(guard->obstacle().value_or(""), HasSubstr("not trusted"));
}

TEST_F(Belts, NothingThatIsNotWrittenDownBefore)
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

TEST_F(Belts, NothingWhenTheJournalBreaksAtTheLastMoment)
{
    attack("add_ip");
    journal->before_write = [this](const action& one) {
        if (one.state == action_state::sending)
            on_disk.broken = "the disk is full";
    };
    look();
    EXPECT_EQ(written(), 0U);
}

// What is removed is not found anew after a crash: it has to be told before.
TEST_F(Belts, WhatWasFoundIsToldBeforeAnythingIsDoneAboutIt)
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

TEST_F(Belts, NeverATrustedObject)
{
    attack("add_ip");
    const auto before = seeded.size("/ips");
    auto text = baseline_text;
    text.insert(text.find("  - ip_address: 198.51.100.4"), "  - ip_address: 192.0.2.66\n");
    journal->after_write = [this, text](const action& one) {
        if (one.state == action_state::planned)  // somebody accepts it right now
            trust(text);
    };
    look();
    EXPECT_EQ(seeded.size("/ips"), before);
    EXPECT_EQ(states_of("ips"), "stale");
    EXPECT_THAT(actions_on("ips").front().outcome, HasSubstr("covers the object by now"));
}

TEST_F(Belts, NeverTheMonitorsOwnKeyOrUserWhoeverApproves)
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

TEST_F(Belts, NoKeyAtAllWithoutKnowingItsOwn)
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

TEST_F(Belts, WhatCannotBeUndoneWaitsUnlessThatIsAllowed)
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

TEST_F(Belts, OverTheLimitOfASweepTheHeaviestAreDoneAndTheRestIsHeldWithACriticalAlert)
{
    policy.max_fraction = 1;
    for (int i = 0; i < 6; ++i)  // medium
        attack("add_verified_number",
               {{"object", {{"phone_number", fmt::format("+1415555{:04}", 100 + i)}}}});
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

TEST_F(Belts, TheLimitOfAnHourHolds)
{
    policy.max_fraction = 1;
    for (int i = 0; i < 30; ++i) {
        attack("add_ip", {{"object", {{"ip_address", fmt::format("198.51.100.{}", 100 + i)}}}});
        look();
    }
    EXPECT_EQ(written(), policy.max_actions_per_hour);
    EXPECT_THAT(states_of("ips"), HasSubstr("waiting"));
}

TEST_F(Belts, OfALargeShareOfAListSoManyAreDoneAndTheRestIsHeld)
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
TEST_F(Belts, AFloodOfLightFindingsLeavesTheHeavyOnesTheirPlacesAndTheirShareOfTheHour)
{
    policy.allow_irreversible = true;
    policy.max_fraction = 1;
    policy.max_actions_per_cycle = 100;
    for (int i = 0; i < 110; ++i)
        attack("add_verified_number",
               {{"object", {{"phone_number", fmt::format("+1415555{:04}", 100 + i)}}}});
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

TEST_F(Belts, WhatComesBackIsContainedAgainLaterEachTimeAndNeverLeftAlone)
{
    std::vector<time_point> contained;
    const auto writes_to_ips = [this] {
        return std::ranges::count_if(api->written,
                                     [](const api_write& one) { return one.target.starts_with("/ips"); });
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
    EXPECT_EQ(offer.how, measure::escalate);
    ASSERT_TRUE(guard->approve(offer.id));
    round();
    EXPECT_EQ(guard->find(offer.id)->state, action_state::done);
    EXPECT_EQ(seeded.find("/outbound_voice_profiles", offer.object_id)->at("enabled"), false);
    EXPECT_EQ(undo(offer.id).state, action_state::undone);
    EXPECT_EQ(seeded.find("/outbound_voice_profiles", offer.object_id)->at("enabled"), true);
}

// Two pokes at a tag must not protect what comes third.
TEST_F(Belts, ATagThatKeepsComingBackDoesNotDelayAnAddressThatMatters)
{
    const std::string id = "1494404757140276705";
    for (int i = 0; i < 3; ++i) {
        seeded.change("/call_control_applications", id, {{"tags", json::array{fmt::format("poke-{}", i)}}},
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
TEST_F(Belts, AnObjectThatNeverStaysTheSameIsContainedAllTheSame)
{
    for (const auto mode : {quarantine_mode::automatic, quarantine_mode::approve}) {
        policy.mode = mode;
        const auto id = id_of(attack("add_texml_application"));
        int number = 0;
        const auto toggle = [&](const action&) {
            if (seeded.find("/texml_applications", id))
                seeded.change("/texml_applications", id,
                              {{"tags", json::array{fmt::format("t{}", ++number)}}}, {"thief"});
        };
        journal->before_write = toggle;
        journal->after_write = toggle;
        look();
        for (const auto& one : guard->actions())
            if (one.state == action_state::waiting && one.object_id == id) {
                EXPECT_TRUE(guard->approve(one.id));
            }
        round();
        EXPECT_EQ(seeded.find("/texml_applications", id)->at("active"), false) << name_of(mode) << refusals();
        EXPECT_GT(number, 1);
    }
}

TEST_F(Belts, AValueThatChangesAllTheTimeIsPutBackAllTheSame)
{
    const std::string id = "1494404757140276705";
    const auto trusted = seeded.find("/call_control_applications", id)->at("webhook_event_url");
    int number = 0;
    const auto toggle = [&](const action& one) {
        if (one.state != action_state::done)
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

TEST_F(Belts, PlansThatComeToNothingTakeNoPlaceAndFillNoJournal)
{
    const auto id = id_of(attack("add_ip"));
    const auto object = *seeded.find("/ips", id);
    journal->before_write = [this](const action& one) {
        if (one.state == action_state::planned)
            seeded.remove("/ips", one.object_id, {"thief"});
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

// A file that is saved slowly trusts less for a moment: nothing may be done about what it trusted before.
TEST_F(Belts, WhatTheBaselineTrustedAMomentAgoIsNotTouchedWithoutApproval)
{
    policy.max_fraction = 1;
    const auto whole = baseline_text;
    const auto entry = whole.find("  - ip_address: 198.51.100.4");
    ASSERT_NE(entry, std::string::npos);
    auto half = whole;
    half.erase(entry, half.find('\n', entry) + 1 - entry);
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

TEST_F(Belts, AFileThatGrowsInManyStepsProtectsWhatTheFirstOneTrusted)
{
    const auto whole = baseline_text;
    const auto entry = whole.find("  - ip_address: 198.51.100.4");
    auto half = whole;
    half.erase(entry, half.find('\n', entry) + 1 - entry);
    for (int i = 0; i < 40; ++i) {
        replace_baseline(half + std::string(static_cast<std::size_t>(i), '\n'));
        now += 2s;
        round();
    }
    look();
    EXPECT_EQ(written(), 0U);
}

// Another key may belong to another user.
TEST_F(Belts, AsksAgainWhoseKeyItIsWhenTheKeyIsAnother)
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

TEST_F(Belts, DryRunOnlyPlans)
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

TEST_F(Belts, RulesAreReadInOrderAndOffIsOff)
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

TEST_F(Belts, AnApprovalToPutValuesBackIsForTheValuesThatWereSeen)
{
    policy.mode = quarantine_mode::approve;
    const std::string id = "1494404757140276705";
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
    seeded.change("/call_control_applications", id, {{"tags", json::array{"of-no-matter"}}}, {"dana"});
    ASSERT_TRUE(guard->approve(again));
    round();
    EXPECT_EQ(guard->find(again)->state, action_state::done) << "a field that is not written may change";
    EXPECT_EQ(seeded.find("/call_control_applications", id)->at("tags"), json::array{"of-no-matter"});
}

TEST_F(Belts, AnApprovalThatComesTooLateIsRefused)
{
    policy.mode = quarantine_mode::approve;
    attack("add_ip");
    look();
    const auto waiting = actions_on("ips").front().id;
    now += approval_patience + 1s;
    EXPECT_THAT(guard->approve(waiting).error().what, HasSubstr("it waited until"));
    look();
    EXPECT_EQ(states_of("ips"), "expired waiting") << "the finding is still open, so it is offered anew";
}

// What the API does to requests, one after another.
struct bad_answer {
    const char* name;
    mishap goes;
    const char* state;  // right after it
    bool is_done;       // on the account
};

class BadAnswers : public Belts, public testing::WithParamInterface<bad_answer> {};

TEST_P(BadAnswers, EndInAStateThatIsTrueAndTold)
{
    const auto& [name, goes, state, is_done] = GetParam();
    const auto id = id_of(attack("add_texml_application"));
    api->write_goes = [goes = goes](const api_write&) { return goes; };
    look();
    EXPECT_EQ(states_of("texml_applications"), state);
    EXPECT_EQ(seeded.find("/texml_applications", id)->at("active") == json::value(false), is_done);
    EXPECT_EQ(written(), 1U) << "never twice blindly";
    EXPECT_THAT(finding_about("texml_applications")->quarantine,
                HasSubstr(is_done ? "quarantine undo" : "failed"));
    api->write_goes = [](const api_write&) { return mishap::none; };
    now += 2min;
    look();
    EXPECT_EQ(seeded.find("/texml_applications", id)->at("active"), false) << "and tried again";
}

INSTANTIATE_TEST_SUITE_P(
    Every, BadAnswers,
    testing::Values(bad_answer{"Conflict", mishap::refused_409, "failed", false},
                    bad_answer{"Unprocessable", mishap::refused_422, "failed", false},
                    bad_answer{"ServerError", mishap::server_error, "failed", false},
                    bad_answer{"NoAnswerAndNothingDone", mishap::timed_out_before, "failed", false},
                    bad_answer{"NoAnswerAndDone", mishap::timed_out_after, "done", true},
                    bad_answer{"AnswerAndNothingDone", mishap::answer_only, "failed", false}),
    [](const auto& which) { return which.param.name; });

TEST_F(Belts, TriesAgainLaterEachTimeAndNeverGivesUp)
{
    attack("add_texml_application");
    api->write_goes = [](const api_write&) { return mishap::refused_422; };
    for (int i = 0; i < 2 * 60; ++i)  // an hour
        look();
    EXPECT_GE(written(), 4U);
    EXPECT_LE(written(), 6U) << "after 1, 4, 16 and every 30 minutes";
    EXPECT_THAT(refusals(), HasSubstr("it is tried again at"));
    api->write_goes = [](const api_write&) { return mishap::none; };
    now += 31min;
    look();
    EXPECT_THAT(states_of("texml_applications"), HasSubstr("done"));
}

TEST_F(Belts, AnObjectThatVanishesMeanwhileIsNoFailure)
{
    const auto id = id_of(attack("add_ip"));
    journal->after_write = [this, id](const action& one) {
        if (one.state == action_state::planned)
            seeded.remove("/ips", id, {"dana", "account_owner", true});
    };
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_EQ(states_of("ips"), "stale");
    EXPECT_THAT(actions_on("ips").front().outcome, HasSubstr("not there any more"));
}

// Another operator at work at the same time, between the last look and the request.
TEST_F(Belts, SomebodyElsesChangeInBetweenIsNotTakenBackByAnUndo)
{
    attack("raise_spend_limit");
    look();
    const auto done = actions_on("outbound_voice_profiles").front();
    ASSERT_EQ(done.state, action_state::done);
    seeded.change("/outbound_voice_profiles", done.object_id, {{"daily_spend_limit", "75.00"}},
                  {"dana", "account_owner", true});
    EXPECT_THROW(undo(done.id), std::runtime_error) << "an undo would overwrite what dana did";
    EXPECT_EQ(seeded.find("/outbound_voice_profiles", done.object_id)->at("daily_spend_limit"), "75.00");
}

// Wherever the power fails, the next start finds out what became of it.
class PowerCuts : public Belts, public testing::WithParamInterface<int> {};

TEST_P(PowerCuts, AreLookedIntoAndNothingIsDoneTwice)
{
    const auto id = id_of(attack("add_ip"));
    int left = GetParam();
    const auto maybe = [&left](const char* where) {
        if (left-- == 0)
            throw power_cut{where};
    };
    journal->before_write = [&](const action&) { maybe("before the journal"); };
    journal->after_write = [&](const action&) { maybe("after the journal"); };
    api->just_before_write = [&](const api_write&) { maybe("before the request"); };
    api->after_write = [&](const api_write&) { maybe("after the request"); };
    std::size_t writes = 0;
    try {
        look();
    } catch (const power_cut&) {
        writes = api->written.size();
        start();
        look();
        look();
    }
    left = -1;
    EXPECT_FALSE(seeded.find("/ips", id)) << "contained in the end";
    EXPECT_EQ(writes + api->written.size(), 1U) << "what was sent before the cut is not sent again";
    for (const auto& one : guard->actions())
        EXPECT_TRUE(has_ended(one.state)) << name_of(one.state);
    const auto last = actions_on("ips").back();
    EXPECT_EQ(last.state, action_state::done);
    EXPECT_EQ(undo(last.id).state, action_state::undone) << "also after a crash";
}

INSTANTIATE_TEST_SUITE_P(AtEveryPoint, PowerCuts, testing::Range(0, 9));

}  // namespace
}  // namespace trunkwarden
