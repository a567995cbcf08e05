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
        auto finding = fakes::event(transition::opened, "e-1", severity::high, at).about;
        finding.account = "test";
        finding.deviation = {};
        finding.deviation.type = find_resource("two_factor");
        finding.deviation.id = "e-1";
        finding.deviation.kind = deviation_kind::changed;
        finding.deviation.level = severity::high;
        finding.deviation.modified_at = rfc3339(at);
        finding.deviation.from_event = true;
        finding.id = finding_id("test", finding.deviation);
        return finding;
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
    off.deviation.from_event = false;
    off.deviation.kind = deviation_kind::weakened;
    off.id = finding_id("test", off.deviation);
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
    const std::string page = R"([{"id":"5","connection_name":"pbx","user_name":"u","password":"CANARY-1"}])";
    answer("/credential_connections", page);
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
