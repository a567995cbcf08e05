#include "cli/report/status_report.hpp"

#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/report/layouts.hpp"
#include "fakes/times.hpp"
#include "status/example_status.hpp"
#include "status/status_json.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using examples::all_well;
using examples::wide;
using fakes::noon;
using testing::HasSubstr;
using testing::Not;

std::string report(const daemon_status& status, layout layout = wide)
{
    auto json = status_json(status, noon);
    json["version"] = "1.2.3";
    json["revision"] = "abc1234";
    return status_report_text(json, noon, layout).value();
}

daemon_status troubled()
{
    auto out = all_well();
    auto& account = out.accounts[0];
    account.complete = false;
    account.seen.push_back(examples::not_readable("portouts", "GET /portouts: 503 Service Unavailable"));
    account.findings = {examples::example_finding("f-000000000001", severity::critical, noon)};
    account.audit_trouble = "GET /audit_events: 500";
    account.warnings = {"an event names connection 7, which no list has"};
    out.sinks[0].pending = 3;
    out.sinks[0].dead = 1;
    out.sinks[0].last_error = "timed out";
    out.state_trouble = "No space left on device";
    out.alerts_never_delivered = true;
    return out;
}

TEST(StatusReport, SaysWhetherTheHeartbeatIsTakenOrWhyItIsHeldBack)
{
    auto status = all_well();
    EXPECT_THAT(report(status), Not(HasSubstr("heartbeat")));
    status.heartbeat = heartbeat_status{noon - 8s, {}, {}, 0};
    EXPECT_THAT(report(status), HasSubstr("  heartbeat     last taken 8 s ago\n"));
    EXPECT_THAT(report(status), HasSubstr("All is well"));
    status.heartbeat = heartbeat_status{std::nullopt, "answered 503", {}, 3};
    EXPECT_THAT(report(status), HasSubstr("last taken never; last error: answered 503"));
    EXPECT_THAT(report(status), HasSubstr("Cannot say that all is well: the heartbeat is not taken."));
    status.heartbeat = heartbeat_status{noon - 5min, {}, "ips of account production was not read", 0};
    EXPECT_THAT(
        report(status, {styling::off, 0}),
        HasSubstr("last taken 5 min ago; held back, because ips of account production was not read\n"));
}

TEST(StatusReport, ReadsWellWhenAllIsWell)
{
    EXPECT_EQ(report(all_well()), R"(All is well: 3 resources of 1 account read, nothing unexpected.

Account production
  read whole    8 s ago (11:59:52 UTC)
  read          3 of 3 resources
  findings      0 open, 0 critical
  two-factor    shown by an attestation
  audit log     read 4 s ago

Alerts
  page          pagerduty: 0 waiting, 0 refused for good, last taken 2 h ago

Daemon
  version       1.2.3 (revision abc1234), started 1 day 2 h ago
  quarantine    dry_run
  metrics       nobody has read them yet
  state file    /var/lib/trunkwarden/state.db
)");
}

TEST(StatusReport, NamesEverythingThatIsWrong)
{
    EXPECT_EQ(report(troubled(), {styling::off, 80}),
              R"(1 open finding, 1 critical; portouts of account production could not be read;
the audit log of account production could not be read; 1 audit event of account
production that no list confirms; the state file is not written; sink page did
not take its last message; sink page refused 1 message for good; no sink ever
took a message.

Account production
  read whole    8 s ago (11:59:52 UTC); last attempt 8 s ago
  read          3 of 4 resources
  not read      portouts: GET /portouts: 503 Service Unavailable; last read just
                now
  findings      1 open, 1 critical
  two-factor    shown by an attestation
  audit log     not read: GET /audit_events: 500; last read 4 s ago
  unconfirmed   an event names connection 7, which no list has

Alerts
  page          pagerduty: 3 waiting, 1 refused for good, last taken 2 h ago;
                last error: timed out
  unheard       there are findings, and no sink ever took a message

Daemon
  version       1.2.3 (revision abc1234), started 1 day 2 h ago
  quarantine    dry_run
  metrics       nobody has read them yet
  state file    /var/lib/trunkwarden/state.db: No space left on device
)");
}

TEST(StatusReport, SaysThatAnEditWasRefusedAndWhereItIsWrong)
{
    auto status = all_well();
    status.refused = refused_reload{noon - 5min, {"baseline.yml:3:1: \x1b[2J is not a resource", "second"}};
    const auto text = report(status);
    EXPECT_THAT(text, HasSubstr("the last reload was refused at 2026-11-22T11:55:00Z, 5 min ago"));
    EXPECT_THAT(text, HasSubstr("stay active"));
    EXPECT_THAT(text, HasSubstr("baseline.yml:3:1"));
    EXPECT_THAT(text, HasSubstr("second"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("All is well"))) << "what is edited is not what is watched by";
}

TEST(StatusReport, ReadsWellOnAPhone)
{
    const auto text = report(troubled(), {styling::off, 40});
    EXPECT_THAT(text, HasSubstr(R"(
  not read
    portouts: GET /portouts: 503 Service
    Unavailable; last read just now
)"));
    for (std::size_t start = 0; start < text.size(); start = text.find('\n', start) + 1)
        EXPECT_LE(width_of(std::string_view(text).substr(start, text.find('\n', start) - start)), 40U);
}

TEST(StatusReport, IsGreenOnlyWhenAllIsWell)
{
    EXPECT_THAT(report(all_well(), {styling::on, 100}), testing::StartsWith("\x1b[32mAll is well"));
    EXPECT_THAT(report(troubled(), {styling::on, 200}), testing::StartsWith("\x1b[31m1 open finding"));
    EXPECT_THAT(report(troubled(), {styling::on, 200}), Not(HasSubstr("\x1b[32m")));
}

TEST(StatusReport, HasOneRowWhereNothingCanBeRead)
{
    auto status = all_well();
    for (auto& seen : status.accounts[0].seen)
        if (seen.type->pages != paging::no_endpoint)
            seen.fail({errc::unauthorised, "401 (20002 key revoked)"}, noon);
    status.accounts[0].complete = false;
    const auto text = report(status, {styling::off, 200});
    EXPECT_THAT(text, HasSubstr("of 3 resources, all: 401 (20002 key revoked)\n"));
    const auto rows = [&text](std::string_view row) {
        std::size_t count = 0;
        for (auto at = text.find(row); at != std::string::npos; at = text.find(row, at + 1))
            ++count;
        return count;
    };
    EXPECT_EQ(rows("  not read "), 1U) << text;
    EXPECT_THAT(text, HasSubstr("read whole    8 s ago (11:59:52 UTC); last attempt 8 s ago"));
}

TEST(StatusReport, SaysWhatIsNotKnownInsteadOfLeavingItOut)
{
    auto status = all_well();
    status.accounts[0].seen[2].fail({errc::not_found, "nobody attested it"}, noon);
    status.accounts[0].audit_read.reset();
    status.accounts[0].last_sweep.reset();
    status.accounts[0].last_complete.reset();
    status.sinks[0].last_delivered.reset();
    const auto text = report(status);
    EXPECT_THAT(text, HasSubstr("read whole    never"));
    EXPECT_THAT(text, HasSubstr("two-factor    not known: nobody attested it"));
    EXPECT_THAT(text, HasSubstr("audit log     not read yet"));
    EXPECT_THAT(text, HasSubstr("nothing sent yet"));
    status.sinks.clear();
    status.accounts[0].audit_watched = false;
    EXPECT_THAT(report(status), HasSubstr("no sink       findings go to the log and to /metrics only"));
    EXPECT_THAT(report(status), HasSubstr("audit log     not watched"));
}

TEST(StatusReport, ShowsWhyAnAccountIsNotJudgedAndNothingElseOfIt)
{
    auto status = all_well();
    status.accounts[0].refused = "the key belongs to another organisation";
    EXPECT_THAT(report(status), HasSubstr("not judged    the key belongs to another organisation\n\nAlerts"));
}

TEST(StatusReport, RefusesWhatItDoesNotUnderstandRatherThanGuess)
{
    const auto whole = status_json(troubled(), noon);
    for (const auto& member : whole) {
        if (member.key() == "at" || member.key() == "log_lines_dropped" || member.key() == "limits")
            continue;  // for scripts and doctor
        auto without = whole;
        without.erase(member.key());
        const bool is_new = member.key() == "heartbeat";  // a daemon of the version before says nothing of it
        EXPECT_EQ(status_report_text(without, noon, wide).has_value(), is_new) << member.key();
        auto wrong = whole;
        wrong[member.key()] = -7;
        EXPECT_FALSE(status_report_text(wrong, noon, wide)) << member.key();
    }
    EXPECT_FALSE(status_report_text(nullptr, noon, wide));
    EXPECT_THAT(status_report_text("x", noon, wide).error().message, HasSubstr("another version"));
}

TEST(StatusReport, TextOfOthersCannotSteerTheTerminal)
{
    auto status = troubled();
    status.sinks[0].last_error = "\x1b[2J\r";
    status.accounts[0].warnings = {"\u202e\a"};
    status.accounts[0].seen[3].reason = "\x1b]0;x";
    const auto text = report(status);
    for (const char* forbidden : {"\x1b", "\r", "\a", "\u202e"})
        EXPECT_THAT(text, Not(HasSubstr(forbidden)));
}

}  // namespace
}  // namespace trunkwarden
