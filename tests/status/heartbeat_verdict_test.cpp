#include "status/heartbeat_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::HasSubstr;

daemon_status seen_well()
{
    auto out = examples::all_well();
    for (auto& account : out.accounts)
        account.stale_after.assign(account.seen.size(), 3min);
    return out;
}

TEST(HeartbeatVerdict, GoesOnWhateverWasFound)
{
    auto status = seen_well();
    EXPECT_EQ(why_no_heartbeat(status, noon), std::nullopt);
    status.accounts[0].findings = {examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon)};
    status.alerts_never_delivered = true;
    status.state_trouble = "the disk is full";
    EXPECT_EQ(why_no_heartbeat(status, noon), std::nullopt) << "sinks and metrics tell of these";
}

TEST(HeartbeatVerdict, EndsWhenAListWasNotReadForTooLong)
{
    auto status = seen_well();
    auto& ips = status.accounts[0].seen[0];
    EXPECT_EQ(why_no_heartbeat(status, noon + 3min), std::nullopt);
    EXPECT_THAT(why_no_heartbeat(status, noon + 3min + 1s).value_or(""),
                HasSubstr("ips of account production was not read completely within 3 min"));
    ips.fail({errc::server_error, "HTTP 503"}, noon + 1min);
    EXPECT_EQ(why_no_heartbeat(status, noon + 1min), std::nullopt) << "it was read a minute ago";
    ips.last_complete.reset();
    EXPECT_THAT(why_no_heartbeat(status, noon).value_or(""), HasSubstr("ips of account production"));
}

// Else it would continue for as long as the clock was set back, although nothing is read.
TEST(HeartbeatVerdict, DoesNotTrustAReadingThatIsStillToCome)
{
    const auto status = seen_well();
    EXPECT_EQ(why_no_heartbeat(status, noon - 1min), std::nullopt) << "clocks are set by little";
    EXPECT_THAT(why_no_heartbeat(status, noon - 1min - 1s).value_or(""),
                HasSubstr("was not read completely within 3 min"));
}

// The slowest list may be read in an hour: until then its last reading is still to come by the new clock.
TEST(HeartbeatVerdict, GoesOnAfterTheClockWasSetBackForAsLongAsAListMayGoUnread)
{
    auto status = seen_well();
    const auto set_back = noon - 2h;
    EXPECT_NE(why_no_heartbeat(status, set_back), std::nullopt) << "the watch did not notice yet";
    status.accounts[0].running.counts_from = set_back;
    EXPECT_EQ(why_no_heartbeat(status, set_back + 1s), std::nullopt);
    EXPECT_EQ(why_no_heartbeat(status, set_back + 3min), std::nullopt);
    EXPECT_THAT(why_no_heartbeat(status, set_back + 3min + 1s).value_or(""),
                HasSubstr("was not read completely within 3 min"));
    status.accounts[0].running.counts_from = noon;
    EXPECT_NE(why_no_heartbeat(status, set_back), std::nullopt) << "and again: nothing is known about now";
}

TEST(HeartbeatVerdict, DoesNotEndForAnObjectThatAThiefMadeUnreadable)
{
    auto status = seen_well();
    status.accounts[0].seen[0].last_complete = noon - 24h;
    status.accounts[0].seen[0].state = reading_state::partial;
    status.accounts[0].seen[0].last_in_part = noon;
    EXPECT_EQ(why_no_heartbeat(status, noon), std::nullopt);
}

TEST(HeartbeatVerdict, AsksNothingOfWhatNobodyReads)
{
    auto status = seen_well();
    auto& account = status.accounts[0];
    account.seen[0].last_complete.reset();
    account.seen[0].state = reading_state::accepted;
    account.seen[2].last_complete.reset();
    ASSERT_EQ(account.seen[2].type->name, std::string_view("two_factor"));
    account.seen[2].state = reading_state::failed;
    EXPECT_EQ(why_no_heartbeat(status, noon), std::nullopt)
        << "an accepted blind spot, and what no list shows";
}

TEST(HeartbeatVerdict, EndsWithoutAJudgedAccount)
{
    auto status = seen_well();
    status.accounts[0].refused = "the key is of another organisation";
    EXPECT_THAT(why_no_heartbeat(status, noon).value_or(""), HasSubstr("account production is not judged"));
    status.accounts[0] = {};
    EXPECT_THAT(why_no_heartbeat(status, noon).value_or(""), HasSubstr("was read yet"));
    status.accounts.clear();
    EXPECT_EQ(why_no_heartbeat(status, noon), "no account is watched");
}

}  // namespace
}  // namespace trunkwarden
