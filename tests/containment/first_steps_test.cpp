#include "containment/first_steps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "containment/action_note.hpp"
#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using fakes::noon;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using sort = first_step::sort;

urgent_finding unknown_address()
{
    return {"production",
            "f-3b1c9a70d2e4.3fa9",
            "",
            "",
            playbook::sip_addresses,
            deviation_kind::unknown,
            severity::critical,
            true,
            true};
}

std::vector<sort> sorts_of(const std::vector<first_step>& steps)
{
    std::vector<sort> out;
    for (const auto& step : steps)
        out.push_back(step.is);
    return out;
}

std::string command_of(const std::vector<urgent_finding>& findings, sort which)
{
    for (const auto& step : first_steps(findings))
        if (step.is == which)
            return step.command;
    return "(none)";
}

TEST(FirstSteps, AreInTheOrderThatKeepsTheMoneyAndTrustComesLast)
{
    auto about = unknown_address();
    about.waiting_action = "a-0123456789ab";
    const std::vector<urgent_finding> all{about};
    EXPECT_EQ(
        numbered(first_steps(all)),
        "1. Is it yours? Ask those who may change the account.\n"
        "2. If not, or if nobody answers, stop the money: trunkwarden lockdown --account production --apply "
        "--only evidence,outbound_profiles,forwarding,addresses\n"
        "3. Approve what waits: trunkwarden quarantine approve a-0123456789ab\n"
        "4. Say that you look into it: trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason TEXT\n"
        "5. Only if it is yours, trust it from now on: trunkwarden baseline accept f-3b1c9a70d2e4.3fa9 "
        "--reason TEXT");
}

TEST(FirstSteps, StopTheMoneyWithWhatCanBeUndoneAndStopsNoPhone)
{
    auto password = unknown_address();
    password.step = playbook::sip_credentials;
    auto key = unknown_address();
    key.step = playbook::api_keys;
    auto application = unknown_address();
    application.step = playbook::applications;
    EXPECT_EQ(
        command_of({password, key}, sort::stop_money),
        "trunkwarden lockdown --account production --apply --only evidence,outbound_profiles,forwarding");
    EXPECT_EQ(command_of({password, application, unknown_address()}, sort::stop_money),
              "trunkwarden lockdown --account production --apply --only "
              "evidence,outbound_profiles,forwarding,applications,addresses");
}

TEST(FirstSteps, LeaveOutWhatWouldBeRefusedOrStopsNothing)
{
    auto mild = unknown_address();
    mild.level = severity::medium;
    EXPECT_THAT(sorts_of(first_steps({&mild, 1})), ElementsAre(sort::ask, sort::acknowledge, sort::accept));
    auto gone = unknown_address();
    gone.kind = deviation_kind::missing;
    EXPECT_EQ(command_of({gone}, sort::stop_money), "(none)");
    auto blind = unknown_address();
    blind.kind = deviation_kind::blind;
    blind.acceptable = false;
    EXPECT_THAT(sorts_of(first_steps({&blind, 1})), ElementsAre(sort::acknowledge));
    auto spent = unknown_address();
    spent.kind = deviation_kind::exceeded;
    spent.acceptable = false;
    EXPECT_THAT(sorts_of(first_steps({&spent, 1})),
                ElementsAre(sort::ask, sort::stop_money, sort::acknowledge));
    auto taken_on = unknown_address();
    taken_on.open = false;
    EXPECT_THAT(sorts_of(first_steps({&taken_on, 1})), ElementsAre(sort::accept));
    EXPECT_THAT(first_steps({}), IsEmpty());
}

TEST(FirstSteps, AcknowledgeAnIncidentAsOneAndNameNoMoreThanFiveIds)
{
    auto member = unknown_address();
    member.incident = "i-0123456789ab";
    EXPECT_EQ(command_of({member, member}, sort::acknowledge),
              "trunkwarden ack --incident i-0123456789ab --reason TEXT");
    EXPECT_EQ(command_of({member}, sort::acknowledge), "trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason TEXT");
    EXPECT_EQ(command_of({member, unknown_address()}, sort::acknowledge),
              "trunkwarden ack f-3b1c9a70d2e4.3fa9 f-3b1c9a70d2e4.3fa9 --reason TEXT");
    EXPECT_EQ(command_of({6, unknown_address()}, sort::acknowledge), "trunkwarden ack ID... --reason TEXT");
    std::vector<urgent_finding> takeover(6, member);
    takeover.push_back(unknown_address());  // its author is not known, so that it is of no incident
    EXPECT_EQ(command_of(takeover, sort::acknowledge),
              "trunkwarden ack --incident i-0123456789ab --reason TEXT");
    EXPECT_EQ(command_of({6, unknown_address()}, sort::accept),
              "trunkwarden baseline accept ID... --reason TEXT");
}

TEST(FirstSteps, AreOfferedForAccountsInWhichSomethingCriticalIsOpen)
{
    const auto critical = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    auto high = examples::example_finding("f-000000000001", severity::high, noon);
    auto elsewhere = examples::example_finding("f-000000000002", severity::high, noon);
    elsewhere.account = "staging";
    auto mild = examples::example_finding("f-000000000003", severity::low, noon);
    const auto found = emergencies_in({&mild, &high, &elsewhere, &critical});
    ASSERT_EQ(found.size(), 1U) << "staging has nothing critical";
    const auto& urgent = found.at("production");
    ASSERT_EQ(urgent.size(), 2U) << "the mild one costs nothing";
    EXPECT_EQ(urgent[0].seen_as, "f-3b1c9a70d2e4");
    EXPECT_EQ(urgent[1].seen_as, "f-000000000001");

    auto taken_on = critical;
    taken_on.status = finding_status::acknowledged;
    EXPECT_THAT(emergencies_in({&taken_on, &high}), IsEmpty());
}

TEST(FirstSteps, FindTheActionThatWaitsInWhatTheFindingSaysOfIt)
{
    action waiting;
    waiting.id = "a-0123456789ab";
    waiting.state = action_state::waiting;
    waiting.summary = "remove SIP IP a-ffffffffffff waits for approval";
    auto f = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    f.quarantine = note_of(waiting).value().sentence;
    EXPECT_EQ(urgent_of(f).waiting_action, "a-0123456789ab");
    waiting.state = action_state::dry_run;
    f.quarantine = note_of(waiting).value().sentence;
    EXPECT_EQ(urgent_of(f).waiting_action, "") << f.quarantine;
    for (const char* none : {"", "a-0123456789ab: removed", "a-0123 waits for approval", "waits for approval",
                             "a-0123456789ab; waits for approval"})
        EXPECT_EQ(waiting_action_in(none), "") << none;
}

}  // namespace
}  // namespace trunkwarden
