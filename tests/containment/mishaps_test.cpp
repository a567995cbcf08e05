#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "containment/safety_limits.hpp"

// Mishaps on the way: bad answers, objects that vanish, other people, power cuts.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

// An answer of the API to a write, and the state after it.
struct bad_answer {
    const char* name;
    mishap goes;
    const char* state;  // right after it
    bool is_done;       // on the account
};

class BadAnswers : public SafetyLimits, public testing::WithParamInterface<bad_answer> {};

TEST_P(BadAnswers, EndInAStateThatIsTrueAndTold)
{
    const auto& [name, goes, state, is_done] = GetParam();
    const auto id = id_of(attack("add_texml_application"));
    api->write_goes = [goes = goes](const api_write&) { return goes; };
    look();
    EXPECT_EQ(states_of("texml_applications"), state);
    EXPECT_EQ(seeded.find("/texml_applications", id)->at("active") == json::value(false), is_done);
    EXPECT_EQ(written(), goes == mishap::refused_409 ? 3U : 1U) << "never twice blindly";
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

TEST_F(SafetyLimits, TriesAgainLaterEachTimeAndNeverGivesUp)
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

// In the mode auto nobody expects to be asked: without a notification it waits until it expires.
TEST_F(SafetyLimits, AStepThatWaitsIsToldAlsoWhenThePowerWentBeforeThat)
{
    policy.max_actions_per_hour = 0;
    attack("add_ip");
    journal->after_write = [](const action& action) {
        if (action.state == action_state::waiting)
            throw power_cut{"after the journal"};
    };
    EXPECT_THROW(look(), power_cut);
    told_critically.clear();
    start();
    look();
    ASSERT_EQ(states_of("ips"), "waiting") << refusals();
    EXPECT_THAT(finding_about("ips")->quarantine, HasSubstr("waits for approval"));
    EXPECT_EQ(std::ranges::count(told_critically, finding_about("ips")->id), 1);
    told_critically.clear();
    start();
    look();
    EXPECT_EQ(std::ranges::count(told_critically, finding_about("ips")->id), 0) << "once is enough";
}

TEST_F(SafetyLimits, AnObjectThatVanishesMeanwhileIsNoFailure)
{
    const auto id = id_of(attack("add_ip"));
    journal->after_write = [this, id](const action& action) {
        if (action.state == action_state::planned)
            seeded.remove("/ips", id, {"dana", "account_owner", true});
    };
    look();
    EXPECT_EQ(written(), 0U);
    EXPECT_EQ(states_of("ips"), "stale");
    EXPECT_THAT(actions_on("ips").front().outcome, HasSubstr("not there any more"));
}

// Another operator makes a change at the same time, between the last look and the request.
TEST_F(SafetyLimits, SomebodyElsesChangeInBetweenIsNotTakenBackByAnUndo)
{
    const auto done = limit_that_somebody_else_changed();
    EXPECT_THROW(undo(done.id), std::runtime_error) << "an undo would overwrite what dana did";
    EXPECT_EQ(seeded.find("/outbound_voice_profiles", done.object_id)->at("daily_spend_limit"), "75.00");
}

// A step that could not be sent yet, automatic or approved, and a person who undoes the one before it: the
// undo was the later word.
class UndoBeforeAStepThatIsDue : public SafetyLimits, public testing::WithParamInterface<quarantine_mode> {
protected:
    std::string id = id_of(attack("add_credential_connection"));
    bool is_active() { return seeded.find("/credential_connections", id)->at("active").as_bool(); }
    void switch_it(bool on) { seeded.change("/credential_connections", id, {{"active", on}}, {"thief"}); }
    void approve_what_waits()
    {
        for (const auto& action : actions_on("credential_connections"))
            if (action.state == action_state::waiting) {
                ASSERT_TRUE(guard->approve(action.id));
            }
        round();
    }
    // The first is done; the second is due, and the API takes no request. The object is as the first left it.
    void contain_twice()
    {
        policy.mode = GetParam();
        look();
        approve_what_waits();
        switch_it(true);
        now += 2min;
        api->write_goes = [](const api_write&) { return mishap::rate_limited; };
        look();
        approve_what_waits();
        api->write_goes = [](const api_write&) { return mishap::none; };
        switch_it(false);
    }
};

TEST_P(UndoBeforeAStepThatIsDue, IsTheLastWordAsLongAsTheObjectStaysAsItIs)
{
    contain_twice();
    const auto due = GetParam() == quarantine_mode::automatic ? "done planned" : "done approved";
    ASSERT_EQ(states_of("credential_connections"), due) << refusals();
    EXPECT_EQ(undo(actions_on("credential_connections").front().id).state, action_state::undone);
    EXPECT_TRUE(is_active());
    EXPECT_EQ(states_of("credential_connections"), "undone stale");
    EXPECT_THAT(actions_on("credential_connections").back().outcome, HasSubstr("was undone since"));
    look();
    EXPECT_TRUE(is_active());
}

TEST_P(UndoBeforeAStepThatIsDue, DoesNotProtectWhatTheObjectBecomesLater)
{
    contain_twice();
    seeded.change("/credential_connections", id, {{"active", true}, {"user_name", "stolen"}}, {"thief"});
    EXPECT_THROW(undo(actions_on("credential_connections").front().id), std::runtime_error);
    round();
    EXPECT_FALSE(is_active()) << states_of("credential_connections") << refusals();
}

INSTANTIATE_TEST_SUITE_P(Either, UndoBeforeAStepThatIsDue,
                         testing::Values(quarantine_mode::automatic, quarantine_mode::approve),
                         [](const auto& which) { return std::string(name_of(which.param)); });

// Wherever the power fails, the next start finds out what became of it.
class PowerCuts : public SafetyLimits, public testing::WithParamInterface<int> {};

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
    for (const auto& action : guard->actions())
        EXPECT_TRUE(has_ended(action.state)) << name_of(action.state);
    const auto last = actions_on("ips").back();
    EXPECT_EQ(last.state, action_state::done);
    EXPECT_EQ(undo(last.id).state, action_state::undone) << "also after a crash";
}

INSTANTIATE_TEST_SUITE_P(AtEveryPoint, PowerCuts, testing::Range(0, 9));

}  // namespace
}  // namespace trunkwarden
