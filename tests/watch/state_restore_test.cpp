#include "watch/state_restore.hpp"

#include <gtest/gtest.h>

#include "fakes/deviations.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/coverage_check.hpp"
#include "watch/sweep.hpp"

// The state that an earlier run left, in a run that begins.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class StateRestore : public testing::Test, protected fakes::quiet_account {
protected:
    finding two_factor_event(time_point at) const
    {
        auto one = fakes::event(transition::opened, "e-1", severity::high, at).about;
        one.account = "test";
        one.what = {};
        one.what.type = find_resource("two_factor");
        one.what.id = "e-1";
        one.what.kind = deviation_kind::changed;
        one.what.level = severity::high;
        one.what.modified_at = rfc3339(at);
        one.what.from_event = true;
        one.id = finding_id("test", one.what);
        return one;
    }
};

TEST_F(StateRestore, AChangeOfTwoFactorAuthenticationOutweighsAnOlderAttestationStill)
{
    const auto attested = iso_date(std::chrono::floor<std::chrono::days>(now) - std::chrono::days(5));
    build("version: 1\ntwo_factor: {attested: " + attested + ", attested_by: dana}\n");
    kept_state kept;
    kept.findings = {two_factor_event(now - 24h)};
    restore_history(watched->config, watched->memory, kept);
    evaluate_coverage(*watched);
    EXPECT_NE(seen("two_factor").state, reading_state::complete);
    EXPECT_EQ(watched->memory.findings.size(), 1U);
    EXPECT_TRUE(listener.told.empty());
}

TEST_F(StateRestore, WhatTheProbeSaidIsNotTakenBackBeforeItIsAskedAgain)
{
    const auto attested = iso_date(std::chrono::floor<std::chrono::days>(now) - std::chrono::days(5));
    build("version: 1\ntwo_factor: {attested: " + attested + ", attested_by: dana}\n");
    watched->config.settings.probe = two_factor_probe{"https://probe.example/x", "/on", "true"};
    auto off = two_factor_event(now);
    off.what.from_event = false;
    off.what.kind = deviation_kind::weakened;
    off.id = finding_id("test", off.what);
    kept_state kept;
    kept.findings = {off};
    restore_history(watched->config, watched->memory, kept);
    evaluate_coverage(*watched);
    EXPECT_EQ(watched->memory.findings.size(), 1U) << "not resolved";
    EXPECT_NE(seen("two_factor").state, reading_state::complete);
}

TEST_F(StateRestore, SecretsAreThoseOfTheAccountAndChangedOnesAreNoticed)
{
    build("version: 1\ncredential_connections:\n  - {id: \"5\"}\n");
    const std::string one = R"([{"id":"5","connection_name":"pbx","user_name":"u","password":"CANARY-1"}])";
    answer("/credential_connections", one);
    run(sweep(*watched));  // the empty list
    run(sweep(*watched));
    const auto learned =
        take_unsaved(watched->config, watched->memory, [](const std::string&) { return false; });
    ASSERT_TRUE(learned.secrets.contains("test/credential_connections/5/password"));
    kept_state kept;
    kept.secrets = learned.secrets;
    kept.secrets["other/credential_connections/5/password"] = "hmac:0";

    build("version: 1\ncredential_connections:\n  - {id: \"5\"}\n");
    restore_secrets(*watched, kept);
    answer("/credential_connections",
           R"([{"id":"5","connection_name":"pbx","user_name":"u","password":"CANARY-2"}])");
    run(sweep(*watched));  // the empty list
    run(sweep(*watched));
    EXPECT_TRUE(told("opened changed credential_connections 5"));
}

}  // namespace
}  // namespace trunkwarden
