#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "containment/action_note.hpp"
#include "containment/use_world.hpp"

// Several steps of one finding wait for approval: people hear of each, and the finding names them.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;
using testing::StartsWith;

class StepsThatWait : public UseContainment {
protected:
    StepsThatWait() { policy.mode = quarantine_mode::off; }  // the carriers of a use are offered all the same

    // One more object carries the use, half a minute later. Returns the id of the step about it.
    std::string offer_another()
    {
        attack("add_outbound_profile");
        look();
        return waiting().back().id;
    }
    void plan_another_and_lose_power()
    {
        journal->after_write = [](const action& action) {
            if (action.state == action_state::waiting)
                throw power_cut{"after the journal"};
        };
        attack("add_outbound_profile");
        EXPECT_THROW(look(), power_cut);
        told.clear();
        start();
        round();
    }
    const std::string& sentence() const { return finding_about("spending")->quarantine; }
    std::ptrdiff_t times_told() const { return std::ranges::count(told, "changed spending"); }
};

TEST_F(StepsThatWait, TheFindingNamesThemAllAndTheNewestFirst)
{
    spend(45);
    const auto first = waiting();
    ASSERT_GT(first.size(), 1U) << refusals();
    const auto another = offer_another();
    EXPECT_THAT(sentence(), StartsWith(another + " waits for approval"));
    for (const auto& step : first)
        EXPECT_THAT(sentence(), HasSubstr(step.id)) << step.summary;
}

TEST_F(StepsThatWait, OneThatNobodyWasToldOfIsToldAtTheStartBesideThoseThatWereTold)
{
    spend(45);
    const auto before = waiting().size();
    plan_another_and_lose_power();
    ASSERT_EQ(waiting().size(), before + 1);
    EXPECT_EQ(times_told(), 1);
    EXPECT_THAT(sentence(), StartsWith(waiting().back().id));
    told.clear();
    start();
    round();
    EXPECT_EQ(times_told(), 0) << "once is enough";
}

// Its sentence names ten, and counts the others.
class MoreStepsThanASentenceNames : public StepsThatWait {
protected:
    MoreStepsThanASentenceNames()
    {
        for (int profile = 0; profile < 12; ++profile)
            attack("add_outbound_profile");
        spend(45);
    }
};

TEST_F(MoreStepsThanASentenceNames, AreNotToldAgainAtTheStart)
{
    ASSERT_THAT(sentence(), testing::EndsWith(" more")) << refusals();
    told.clear();
    start();
    round();
    EXPECT_EQ(times_told(), 0);
}

TEST_F(MoreStepsThanASentenceNames, AreToldAtTheStartWhereNobodyWasToldOfTheNewest)
{
    plan_another_and_lose_power();
    EXPECT_EQ(times_told(), 1);
    EXPECT_THAT(sentence(), StartsWith(waiting().back().id));
    told.clear();
    start();
    round();
    EXPECT_EQ(times_told(), 0);
}

TEST_F(StepsThatWait, AFindingThatChangesKeepsTheOrderThatApprovesThem)
{
    policy.mode = quarantine_mode::approve;
    const auto rewrite = [this](const char* url) {
        seeded.change("/call_control_applications", std::string(application), {{"webhook_event_url", url}},
                      {"thief"});
        look();
    };
    rewrite("https://calls.attacker.example/1");
    const auto order = "quarantine approve " + waiting().at(0).id;
    const auto& note = finding_of("call_control_applications", application)->quarantine;
    ASSERT_THAT(note, HasSubstr(order)) << refusals();
    told.clear();
    rewrite("https://calls.attacker.example/2");
    ASSERT_TRUE(was_told("changed call_control_applications")) << testing::PrintToString(told);
    EXPECT_THAT(finding_of("call_control_applications", application)->quarantine, HasSubstr(order));
}

// ---- what a sentence tells

action waiting_step(const std::string& id, const std::string& summary)
{
    action out;
    out.id = id;
    out.summary = summary;
    out.state = action_state::waiting;
    return out;
}

TEST(NoteOfWaitingSteps, TellsOfEachThatItNames)
{
    const auto first = waiting_step("a-000000000001", "switch off x");
    const auto second = waiting_step("a-000000000002", "switch off y");
    const auto both = note_of_all({first, second}).sentence;
    EXPECT_EQ(mention_of(first, both), named_in_note::by_id);
    EXPECT_EQ(mention_of(second, both), named_in_note::by_id);
    EXPECT_EQ(mention_of(waiting_step("a-000000000003", "switch off z"), both), named_in_note::no);
    EXPECT_EQ(mention_of(waiting_step(second.id, "put back y"), both), named_in_note::no)
        << "it was planned again, and is another step by now";
    EXPECT_EQ(mention_of(first, first.id + ": switch off x; to take it back: …"), named_in_note::no);
    EXPECT_EQ(mention_of(first, ""), named_in_note::no);
}

TEST(NoteOfWaitingSteps, CountsThoseBehindTheTenth)
{
    std::vector<action> steps;
    for (int number = 10; number < 22; ++number)
        steps.push_back(waiting_step("a-0000000000" + std::to_string(number), "switch off x"));
    const auto sentence = note_of_all(steps).sentence;
    EXPECT_THAT(sentence, testing::EndsWith("; and 2 more"));
    EXPECT_EQ(mention_of(steps.at(9), sentence), named_in_note::by_id);
    EXPECT_EQ(mention_of(steps.at(10), sentence), named_in_note::perhaps_counted);
}

}  // namespace
}  // namespace trunkwarden
