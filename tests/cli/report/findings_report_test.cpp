#include "cli/report/findings_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>

#include "cli/report/layouts.hpp"
#include "fakes/times.hpp"
#include "findings/links.hpp"
#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using examples::example_finding;
using examples::wide;
using fakes::noon;
using testing::HasSubstr;
using testing::Not;

constexpr layout phone{styling::off, 40};

finding busy_finding()
{
    auto out = example_finding("f-3b1c9a70d2e4", severity::critical, noon - 3min);
    out.last_seen = noon - 8s;
    out.by = actor{"user-7", "organization_member", noon - 4min};
    out.trail = audit_trail::explained;
    out.occurrences = 3;
    out.incident = "i-0123456789ab";
    out.state = "3fa9";
    return out;
}

// The zone of the person who reads it.
bool use_zone(const char* name)
{
    const bool is_set = ::setenv("TZ", name, 1) == 0;  // NOLINT(concurrency-mt-unsafe)
    ::tzset();                                         // NOLINT(concurrency-mt-unsafe)
    return is_set;
}

const bool zone_of_all_tests = use_zone("UTC");

finding changed_profile()
{
    auto out = example_finding("f-000000000002", severity::high, noon - 25h);
    out.deviation.type = find_resource("outbound_voice_profiles");
    out.deviation.kind = deviation_kind::weakened;
    out.deviation.fields = {{"daily_spend_limit", "50.00", std::nullopt},
                            {"whitelisted_destinations", "[US]", "[CU, US]"}};
    out.title = "Outbound voice profile default: daily_spend_limit lifted";
    out.trail = audit_trail::none;
    out.status = finding_status::acknowledged;
    out.acknowledged = acknowledgement{"carrier looks into it", noon - 1h, noon + 3h, "dana"};
    return out;
}

action removed_address(const char* id, time_point when)
{
    action out;
    out.id = id;
    out.account = "production";
    out.finding = "f-3b1c9a70d2e4";
    out.resource = "ips";
    out.state = action_state::done;
    out.undo = undoing::new_identity;
    out.summary = "remove SIP IP 192.0.2.66:5060";
    out.planned_at = when;
    out.ended_at = when;
    return out;
}

TEST(FindingsReport, ShowsTheUndoOfWhatWasContainedAndIsOver)
{
    EXPECT_EQ(undo_report_text({}, {removed_address("a-1", noon - 60h), removed_address("a-2", noon - 3min)},
                               noon, wide),
              R"(Contained lately, and over:

remove SIP IP 192.0.2.66:5060
          f-3b1c9a70d2e4  production  ips  3 min ago
          undo: trunkwarden quarantine undo a-2

remove SIP IP 192.0.2.66:5060
          f-3b1c9a70d2e4  production  ips  2 days 12 h ago
          undo: trunkwarden quarantine undo a-1

)");
}

TEST(FindingsReport, ShowsNoUndoThatIsOldUndoneImpossibleOrToldByItsFinding)
{
    auto undone = removed_address("a-1", noon);
    undone.state = action_state::undone;
    auto impossible = removed_address("a-2", noon);
    impossible.undo = undoing::impossible;
    const std::vector actions{undone, impossible, removed_address("a-3", noon - 73h)};
    EXPECT_EQ(undo_report_text({}, actions, noon, wide), "");
    EXPECT_EQ(undo_report_text({busy_finding()}, {removed_address("a-4", noon)}, noon, wide), "");
}

TEST(FindingsReport, ReadsWellOnAWideTerminal)
{
    EXPECT_EQ(findings_report_text({changed_profile(), busy_finding()}, noon, wide),
              R"(critical  Unknown SIP IP 192.0.2.66:5060 on connection office-pbx
          f-3b1c9a70d2e4.3fa9  production  ips  unknown
          opened 11:57:00 UTC (3 min ago)  seen 8 s ago  came 3 times  incident i-0123456789ab
          by user user-7 (member), 4 min ago

high      Outbound voice profile default: daily_spend_limit lifted
          f-000000000002  production  outbound_voice_profiles  weakened  acknowledged
          opened 2026-11-21 11:00:00 UTC (1 day 1 h ago)  seen just now
          the audit log does not say who: it has no event about it
          acknowledged 1 h ago by dana until 2026-11-22T15:00:00Z: carrier looks into it

1 open finding, 1 critical; 1 acknowledged. All about one: trunkwarden findings ID
)");
}

TEST(FindingsReport, SaysWhenItWasOpenBefore)
{
    auto f = busy_finding();
    f.earlier = {{noon - 3h, noon - 150min}, {noon - 2h, noon - 1h}};
    EXPECT_THAT(findings_report_text({f}, noon, {styling::off, 0}),
                HasSubstr("came 3 times, before from 10:00:00 UTC to 11:00:00 UTC  incident"));
    EXPECT_THAT(findings_report_text({f}, noon, phone), Not(HasSubstr("before from")))
        << "a phone has no room for it";
}

TEST(FindingsReport, SaysOfASecretOnlyThatItChanged)
{
    auto f = changed_profile();
    f.deviation.fields = {{.field = "password", .expected = "(secret)", .actual = "(secret)"}};
    const auto text = finding_text(f, noon, {styling::off, 0});
    EXPECT_THAT(text, HasSubstr("          password  changed (secrets are not shown)\n"));
    EXPECT_THAT(text, Not(HasSubstr("expected:")));
    f.deviation.kind = deviation_kind::unknown;
    EXPECT_THAT(finding_text(f, noon, {styling::off, 0}), HasSubstr("password  (secret)\n"))
        << "nothing was there to compare it with";
}

TEST(FindingsReport, HasTheTimeOfThePersonBehindUtc)
{
    ASSERT_TRUE(use_zone("CET-1"));
    const auto in_short = findings_report_text({busy_finding()}, noon, wide);
    const auto whole = finding_text(busy_finding(), noon, wide);
    ASSERT_TRUE(use_zone("UTC"));
    EXPECT_THAT(in_short, HasSubstr("opened 11:57:00 UTC (12:57:00 CET, 3 min ago)"));
    EXPECT_THAT(whole, HasSubstr("opened 2026-11-22T11:57:00Z (12:57:00 CET, 3 min ago)"));
}

TEST(FindingsReport, ReadsWellOnAPhone)
{
    EXPECT_EQ(findings_report_text({busy_finding()}, noon, phone),
              R"(critical  Unknown SIP IP 192.0.2.66:5060
  on connection office-pbx
  f-3b1c9a70d2e4.3fa9  production  ips
  unknown
  opened 3 min ago  seen 8 s ago
  came 3 times  incident i-0123456789ab
  by user user-7 (member), 4 min ago

1 open finding, 1 critical. All about
one: trunkwarden findings ID
)");
}

// The steps of the demo's takeover, by one user within eight minutes.
std::vector<finding> takeover()
{
    std::vector<finding> out;
    for (int step = 0; step < 10; ++step) {
        const auto at = noon - 9min + step * 48s;
        const auto id = fmt::format("f-00000000000{}", step);
        auto finding = example_finding(id.c_str(), severity::critical, at);
        finding.incident = "i-000000000000";
        finding.state = "3fa9";
        finding.by = actor{"user-7", "organization_member", at, "mallory@example.com"};
        finding.quarantine = fmt::format("a-00000000000{} waits for approval: remove it", step);
        for (auto& field : finding.deviation.fields)
            field.canonical_value = field.actual;
        out.push_back(std::move(finding));
    }
    out[7].deviation.type = find_resource("outbound_voice_profiles");
    out[7].deviation.exposure = exposure{whole_units(42), "balance", {}, false, "USD"};
    out[7].title = "Outbound voice profile default: daily_spend_limit lifted";
    out[2].deviation.type = find_resource("call_forwarding");
    out[4].deviation.type = find_resource("texml_applications");
    return out;
}

TEST(FindingsReport, ShowsATakeoverOfTenStepsOnOneScreen)
{
    const layout screen{styling::off, 80};
    const auto report = findings_report_text(takeover(), noon, screen);
    EXPECT_THAT(report,
                testing::StartsWith(
                    "production: 10 findings of one incident, i-000000000000: by mallory@example.com,\n"
                    "  from 11:51 to 11:58 UTC; up to USD 42.00 a minute\n"
                    "critical  f-000000000007.3fa9  Outbound voice profile default: daily_spend_li...\n"))
        << "what stops the money is first";
    EXPECT_THAT(report, testing::EndsWith(
                            "\n10 open findings, 10 critical. All about one: trunkwarden findings ID\n"));
    const auto all = report + first_steps_text(takeover(), screen);
    EXPECT_LE(std::ranges::count(all, '\n'), 24) << all;
    EXPECT_THAT(all, HasSubstr("trunkwarden ack --incident i-000000000000 --reason TEXT"));
    const auto narrow = findings_report_text(takeover(), noon, phone);
    EXPECT_THAT(narrow,
                HasSubstr("\ncritical  f-000000000007.3fa9\n  Outbound voice profile default: dai...\n"));
}

TEST(FindingsReport, IsColouredBySeverityOnlyWhenAsked)
{
    const auto text = findings_report_text({busy_finding()}, noon, {styling::on, 100});
    EXPECT_THAT(text, HasSubstr("\x1b[31mcritical\x1b[0m  \x1b[1mUnknown SIP IP 192.0.2.66:5060"));
    EXPECT_THAT(text, HasSubstr("          \x1b[2mf-3b1c9a70d2e4.3fa9  production  ips  unknown\x1b[0m\n"));
    EXPECT_THAT(text, HasSubstr("\x1b[31m1 open finding, 1 critical. All about one: "));
    EXPECT_THAT(findings_report_text({busy_finding()}, noon, wide), Not(HasSubstr("\x1b")));
}

TEST(FindingsReport, IsNoWiderThanTheTerminal)
{
    auto long_winded = changed_profile();
    long_winded.title =
        "Profil “Zürich” ändert seine Grenzen für Gespräche ins Ausland, und das mehrmals an einem Tag";
    for (std::size_t width = 44; width < 130; ++width) {
        const auto text = findings_report_text({long_winded}, noon, {styling::off, width});
        for (std::size_t start = 0; start < text.size(); start = text.find('\n', start) + 1) {
            const auto line = std::string_view(text).substr(start, text.find('\n', start) - start);
            EXPECT_LE(width_of(line), width) << line;
        }
    }
}

TEST(FindingsReport, SaysWhoDidItOrThatItIsNotKnown)
{
    auto known = busy_finding();
    known.by.reset();
    known.trail = audit_trail::not_known;
    EXPECT_THAT(findings_report_text({known}, noon, wide), HasSubstr("the actor is not known (yet)"));
    known.trail = audit_trail::none;
    EXPECT_THAT(findings_report_text({known}, noon, wide), HasSubstr("the audit log does not say who"));
    known.deviation.kind = deviation_kind::blind;
    EXPECT_THAT(findings_report_text({known}, noon, wide), Not(HasSubstr("audit log"))) << "nobody did it";
}

TEST(FindingsReport, PutsWhatIsOverLast)
{
    auto over = example_finding("f-000000000009", severity::critical, noon);
    over.status = finding_status::resolved;
    over.resolved_at = noon - 2min;
    auto gone = example_finding("f-000000000008", severity::low, noon);
    gone.absent_since = noon - 5min;
    const auto text = findings_report_text({over, gone}, noon, wide);
    EXPECT_LT(text.find("f-000000000008"), text.find("f-000000000009"));
    EXPECT_THAT(text, HasSubstr("resolved 2 min ago"));
    EXPECT_THAT(text, HasSubstr("gone for 5 min"));
    EXPECT_THAT(text, HasSubstr("\n1 open finding, 0 critical; 1 resolved. "));
}

TEST(FindingsReport, DoesNotTakeAnEmptyListForProofThatAllIsWell)
{
    EXPECT_EQ(findings_report_text({}, noon, wide),
              "No open findings (\"trunkwarden status\" tells whether all was read).\n");
    EXPECT_EQ(findings_report_json({}), "[]\n");
}

TEST(FindingsReport, CountsWhatTheFilterLeftOut)
{
    EXPECT_THAT(findings_report_text({busy_finding()}, noon, wide, {true, 2}),
                HasSubstr("\n1 open finding, 1 critical; 2 open findings left out by the filter. "));
    EXPECT_EQ(findings_report_text({}, noon, wide, {true, 1}),
              "No open findings pass the filter; 1 open finding left out by the filter.\n");
}

TEST(FindingsReport, SaysWhatToDoFirstWithCommandsThatCanBeCopied)
{
    auto other = changed_profile();
    other.account = "staging";
    EXPECT_EQ(first_steps_text({other, busy_finding()}, phone),
              R"(What to do first about account
  production:
1. Is it yours? Ask those who may change
   the account.
2. If not, or if nobody answers, stop
   the money:
   trunkwarden lockdown --account production --apply --only evidence,outbound_profiles,forwarding,addresses
3. Say that you look into it:
   trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason TEXT
   More: file:///usr/share/doc/trunkwarden/detections.md#first
)");
    EXPECT_EQ(first_steps_text({other}, phone), "");
    EXPECT_THAT(finding_text(busy_finding(), noon, wide),
                HasSubstr("   trunkwarden lockdown --account production --apply --only evidence,"));
}

TEST(FindingsReport, ShowsEverythingAboutOne)
{
    auto f = busy_finding();
    f.absent_since = noon - 1min;
    f.earlier = {{noon - 2h, noon - 1h}};
    f.deviation.fields[0].actual = std::string(600, 'x');
    EXPECT_EQ(finding_text(f, noon, {styling::off, 0}),
              R"(critical  Unknown SIP IP 192.0.2.66:5060 on connection office-pbx
          f-3b1c9a70d2e4.3fa9  production  ips  unknown
          object 1293384261075731499
          opened 2026-11-22T11:57:00Z (3 min ago)
          last seen 2026-11-22T11:59:52Z (8 s ago)
          gone since 2026-11-22T11:59:00Z (1 min ago)
          came 3 times
          also open 2026-11-22T10:00:00Z to 2026-11-22T11:00:00Z
          incident i-0123456789ab
          attack T1098
          ip_address     )" +
                  std::string(600, 'x') +
                  R"(
          connection_id  1293384261075731500
          by user user-7 (member), 4 min ago
          runbook: )" +
                  runbook_url(f.deviation.type->name) + "\n\n");
    EXPECT_THAT(
        finding_text(f, noon, {styling::off, 0}, {"https://guard.example.com", "https://wiki.example.com"}),
        testing::HasSubstr("runbook: https://wiki.example.com/detections.md#ips\n"
                           "          page: https://guard.example.com/?incident=i-0123456789ab#" +
                           f.id));
}

TEST(FindingsReport, TextOfTheAccountCannotSteerTheTerminal)
{
    auto hostile = busy_finding();
    hostile.title = "\x1b[2Jall is well\r\n";
    hostile.deviation.fields[0].actual = "\u202e\x1b]0;x\a";
    hostile.by->user_id = "\x1b[8m";
    hostile.acknowledged = acknowledgement{"\x1b[31m", noon, {}};
    const auto text = findings_report_text({hostile}, noon, wide);
    for (const char* forbidden : {"\x1b", "\r", "\a", "\u202e"})
        EXPECT_THAT(text, Not(HasSubstr(forbidden)));
}

TEST(FindingsReport, ShowsASecretAsOneAndNoFingerprint)
{
    auto secret = busy_finding();
    secret.deviation.fields = {{"password", "(secret)", "(secret)", severity::high, false, "canary"}};
    const auto text = finding_text(secret, noon, wide) + findings_report_json({secret});
    EXPECT_THAT(text, HasSubstr("password  (secret)"));
    EXPECT_THAT(text, Not(HasSubstr("canary")));
}

TEST(FindingsReport, JsonIsAnArrayInTheSameOrder)
{
    const auto list =
        boost::json::parse(findings_report_json({changed_profile(), busy_finding()})).as_array();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].at("id"), "f-3b1c9a70d2e4");
    EXPECT_EQ(list[1].at("acknowledged").at("until"), "2026-11-22T15:00:00Z");
}

TEST(Relative, SpeaksOfPastFutureAndNow)
{
    EXPECT_EQ(relative(noon - 3min, noon), "3 min ago");
    EXPECT_EQ(relative(noon + 2h, noon), "in 2 h");
    EXPECT_EQ(relative(noon - 4ms, noon), "just now");
    EXPECT_EQ(relative(noon + 4ms, noon), "just now");
}

}  // namespace
}  // namespace trunkwarden
