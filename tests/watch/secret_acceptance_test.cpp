#include "watch/secret_acceptance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/reevaluation.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SecretAcceptance : public testing::Test, protected fakes::quiet_account {
protected:
    SecretAcceptance() { build("version: 1\ncredential_connections:\n  - {id: 1, active: true}\n"); }

    // The client gives the answer before this one once more.
    void see(std::string_view password, std::string_view active = "true")
    {
        watched->memory.findings.show_states(watched->memory.fingerprints);
        answer("/credential_connections",
               fmt::format(R"([{{"id":"1","active":{},"password":"{}"}}])", active, password));
        run(sweep(*watched));
        run(sweep(*watched));
    }
    std::string only_finding() const
    {
        for (const auto& finding : watched->memory.findings.all_open())
            if (finding.deviation.type->name == "credential_connections")
                return finding.id;
        return {};
    }
    std::string state() const
    {
        for (const auto& finding : watched->memory.findings.all_open())
            if (finding.id == only_finding())
                return finding.state;
        return {};
    }
};

TEST_F(SecretAcceptance, TakesTheSecretThatTheFindingSaw)
{
    see("CANARY-1");
    EXPECT_EQ(only_finding(), "");
    see("CANARY-2");
    const auto id = only_finding();
    ASSERT_NE(id, "");
    const auto accepted = accept_changed_secrets(watched->memory, id, state());
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_EQ(accepted->id, id);
    reevaluate(*watched, "credential_connections");
    EXPECT_EQ(only_finding(), "");
    EXPECT_TRUE(told("resolved changed credential_connections 1"));
    see("CANARY-3");
    EXPECT_EQ(only_finding(), id) << "the next one is another change";
    see("CANARY-1");
    EXPECT_EQ(only_finding(), id) << "and so is the way back to the first";
}

TEST_F(SecretAcceptance, RefusesTheStateThatTheFindingWasInBeforeTheSecretChangedAgain)
{
    see("CANARY-1");
    see("CANARY-2");
    const auto id = only_finding();
    const auto looked_at = state();
    see("CANARY-3");
    const auto refused = accept_changed_secrets(watched->memory, id, looked_at);
    ASSERT_FALSE(refused) << "the thief's password would be the right one";
    EXPECT_EQ(refused.error().kind, errc::bad_usage);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr(id + "." + state()), HasSubstr(looked_at)));
    EXPECT_FALSE(accept_changed_secrets(watched->memory, id, "")) << "no state is none that was looked at";
    EXPECT_TRUE(accept_changed_secrets(watched->memory, id, state()));
}

TEST_F(SecretAcceptance, LeavesTheOtherFieldsOfTheObjectDeviating)
{
    see("CANARY-1");
    see("CANARY-2", "false");
    const auto id = only_finding();
    ASSERT_TRUE(accept_changed_secrets(watched->memory, id, state()));
    reevaluate(*watched, "credential_connections");
    ASSERT_EQ(only_finding(), id);
    for (const auto& finding : watched->memory.findings.all_open())
        if (finding.id == id) {
            ASSERT_EQ(finding.deviation.fields.size(), 1U);
            EXPECT_EQ(finding.deviation.fields[0].field, "active");
        }
}

TEST_F(SecretAcceptance, RefusesWhatIsNotAboutAChangedSecret)
{
    see("CANARY-1");
    see("CANARY-1", "false");
    const auto id = only_finding();
    const auto other_field = accept_changed_secrets(watched->memory, id, state());
    ASSERT_FALSE(other_field);
    EXPECT_EQ(other_field.error().kind, errc::bad_usage);
    EXPECT_THAT(other_field.error().message, HasSubstr(id));

    const auto nothing = accept_changed_secrets(watched->memory, "f-0123456789ab", "3fa9");
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().kind, errc::not_found);
}

TEST_F(SecretAcceptance, DoesNotTakeThoseOfAnObjectThatNobodyTrusts)
{
    build("version: 1\n");
    see("CANARY-1");
    const auto id = only_finding();
    ASSERT_NE(id, "");
    watched->memory.secrets.take_new();  // as first seen
    const auto unknown = accept_changed_secrets(watched->memory, id, state());
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind, errc::bad_usage);
    EXPECT_TRUE(watched->memory.secrets.take_new().empty());
}

}  // namespace
}  // namespace trunkwarden
