#include "status/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "fakes/times.hpp"
#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using examples::all_well;
using fakes::noon;
using testing::HasSubstr;

TEST(Health, SaysThatAllIsWellWhenEverythingWasReadAndNothingFound)
{
    const auto judged = health_of(all_well(), noon);
    EXPECT_TRUE(judged.well);
    EXPECT_EQ(judged.sentence, "All is well: 3 resources of 1 account read, nothing unexpected.");
}

TEST(Health, NamesAcceptedBlindSpotsBesideAllThatIsWell)
{
    auto status = all_well();
    status.accounts[0].seen[0].accepted_blind = true;
    status.accounts[0].seen[0].fail({errc::forbidden, "GET /ips: 403"}, noon);
    const auto judged = health_of(status, noon);
    EXPECT_TRUE(judged.well);
    EXPECT_EQ(judged.sentence,
              "All is well: 2 resources of 1 account read, ips accepted as not seen, nothing unexpected.");
}

struct trouble {
    const char* sentence;
    std::function<void(daemon_status&)> cause;
};

TEST(Health, IsNeverWellWhileSomethingIsNotKnown)
{
    const std::vector<trouble> troubles{
        {"no account is watched", [](auto& s) { s.accounts.clear(); }},
        {"ips of account production could not be read",
         [](auto& s) {
             s.accounts[0].seen[0].fail({errc::server_error, "503"}, noon);
         }},
        {"account production was not read completely the last time",
         [](auto& s) { s.accounts[0].complete = false; }},
        {"account production has not been read once yet", [](auto& s) { s.accounts[0].sweeps = 0; }},
        {"account production is not judged",
         [](auto& s) { s.accounts[0].refused = "another organisation's key"; }},
        {"no reading of account production has ended for 8 s",
         [](auto& s) { s.accounts[0].overdue_after = 7s; }},
        {"the audit log of account production could not be read",
         [](auto& s) { s.accounts[0].audit_trouble = "GET /audit_events: 503"; }},
        {"the audit log of account production has not been read yet",
         [](auto& s) { s.accounts[0].audit_read = {}; }},
        {"1 audit event of account production that no list confirms",
         [](auto& s) { s.accounts[0].warnings = {"an event names a connection that no list has"}; }},
        {"the state file is not written", [](auto& s) { s.state_trouble = "disk full"; }},
        {"sink page did not take its last message", [](auto& s) { s.sinks[0].last_error = "timed out"; }},
        {"sink page refused 2 messages for good", [](auto& s) { s.sinks[0].dead = 2; }},
        {"no sink ever took a message", [](auto& s) { s.alerts_never_delivered = true; }},
    };
    for (const auto& trouble : troubles) {
        auto status = all_well();
        trouble.cause(status);
        const auto judged = health_of(status, noon);
        EXPECT_FALSE(judged.well) << trouble.sentence;
        EXPECT_EQ(judged.sentence, std::string("Cannot say that all is well: ") + trouble.sentence + ".");
    }
}

TEST(Health, DoesNotMissAnAuditLogThatIsSwitchedOff)
{
    auto status = all_well();
    status.accounts[0].audit_watched = false;
    status.accounts[0].audit_read = {};
    EXPECT_TRUE(health_of(status, noon).well);
}

TEST(Health, BeginsWithWhatIsOpenAndGoesOnWithWhatIsNotKnown)
{
    auto status = all_well();
    status.accounts[0].findings = {examples::example_finding("f-000000000001", severity::critical, noon),
                                   examples::example_finding("f-000000000002", severity::low, noon)};
    status.state_trouble = "disk full";
    const auto judged = health_of(status, noon);
    EXPECT_FALSE(judged.well);
    EXPECT_EQ(judged.sentence, "2 open findings, 1 critical; the state file is not written.");
}

TEST(Health, DoesNotCallAcknowledgedFindingsWell)
{
    auto status = all_well();
    status.accounts[0].findings = {examples::example_finding("f-000000000001", severity::critical, noon)};
    status.accounts[0].findings[0].status = finding_status::acknowledged;
    const auto judged = health_of(status, noon);
    EXPECT_FALSE(judged.well);
    EXPECT_EQ(judged.sentence,
              "Nothing new: 1 finding acknowledged or contained; 3 resources of 1 account read.");
}

TEST(Health, NamesOnlyTheFirstOfMany)
{
    auto status = all_well();
    for (const char* name : {"ips", "fqdns", "connections", "phone_numbers", "portouts"})
        status.accounts[0].seen.push_back(examples::not_readable(name, "503"));
    EXPECT_THAT(health_of(status, noon).sentence, HasSubstr("ips, fqdns, connections and 2 more of account"));
}

}  // namespace
}  // namespace trunkwarden
