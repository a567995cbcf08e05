#include "cli/report/explanation_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/report/layouts.hpp"
#include "findings/links.hpp"
#include "status/example_status.hpp"
#include "status/explanation.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using examples::wide;
using fakes::noon;
using testing::HasSubstr;
using testing::Not;

explanation well_explained()
{
    explanation out;
    out.as_of = noon;
    out.about = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon - 3min);
    out.about.state = "3fa9";
    out.about.by = actor{"user-7", "organization_member", noon - 4min};
    out.about.trail = audit_trail::explained;
    out.about.last_notified = noon - 2min;
    out.baseline_file = "/etc/trunkwarden/baseline.yml";
    out.nearest = nearest_entry{41, nearness::alike, {}, "the carrier", "dana", {}};
    out.nearest->differing = {{"ip_address", 42, "203.0.113.7", "192.0.2.66"}};
    out.list_read = noon - 8s;
    out.events = {{.id = "e1",
                   .by = *out.about.by,
                   .change_type = "create",
                   .resource_id = out.about.deviation.id,
                   .alternate_id = {},
                   .record_type = "ip",
                   .changes = {{"ip_address", "", "(redacted)"}}}};
    out.audit_read = noon - 4s;
    out.sinks = {{"page", noon - 2min}, {"chat", std::nullopt}};
    return out;
}

std::string text_of(const explanation& all, layout layout = wide)
{
    return explanation_text(to_json(all), noon, layout);
}

TEST(ExplanationReport, TellsAllThatIsKnown)
{
    EXPECT_EQ(text_of(well_explained()),
              R"(critical: Unknown SIP IP 192.0.2.66:5060 on connection office-pbx
  finding     f-3b1c9a70d2e4.3fa9
  status      open
  account     production
  resource    ips
  object      1293384261075731499
  kind        unknown
  opened      2026-11-22T11:57:00Z (3 min ago)
  attack      T1098
  shows       ip_address = 192.0.2.66
  shows       connection_id = 1293384261075731500

Baseline
  entry       /etc/trunkwarden/baseline.yml:41
  reason      the carrier
  approved by dana
  No entry names the object. Of all entries this one is nearest; these fields differ:
  differs     ip_address is 192.0.2.66; expected: 203.0.113.7 (line 42)

When it was read
  object      2026-11-22T12:00:00Z (just now)
  whole list  2026-11-22T11:59:52Z (8 s ago)

Who did it
  by          user user-7 (member), 2026-11-22T11:56:00Z (4 min ago)
  event       2026-11-22T11:56:00Z create by user user-7 (member): ip_address
  log read    2026-11-22T11:59:56Z (4 s ago)

Acknowledged
  No.

Quarantine
  No action was planned about it.

Messages
  last made   2026-11-22T11:58:00Z (2 min ago)
  No message about it waits, and none that was refused is kept.
  sink        page: last took a message 2026-11-22T11:58:00Z (2 min ago)
  sink        chat: never took a message
  Which messages a sink took is not known: the history cannot be read.

Runbook
  )" + runbook_url(well_explained().about.deviation.type->name) +
                  '\n');
}

TEST(ExplanationReport, SaysWhatIsNotKnown)
{
    explanation all;
    all.source = explained_by::state_file;
    all.as_of = noon - 90s;
    all.about = examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon - 3min);
    all.no_entry = "the baseline file cannot be read";
    const auto text = text_of(all);
    for (const char* sentence :
         {"As of 2026-11-22T11:58:30Z (1 min 30 s ago): the daemon could not be asked.",
          "No entry: the baseline file cannot be read.", "whole list  not known",
          "by          not known (yet)", "none that is remembered names the object", "log read    not known",
          "last made   none"})
        EXPECT_THAT(text, HasSubstr(sentence));
}

TEST(ExplanationReport, ShowsActionsMessagesAndAcknowledgement)
{
    auto all = well_explained();
    all.about.acknowledged = acknowledgement{"carrier looks into it", noon - 1h, std::nullopt, "dana"};
    action step;
    step.id = "a-5d20c1000000";
    step.state = action_state::waiting;
    step.summary = "remove SIP IP 192.0.2.66:5060";
    step.planned_at = noon - 2min;
    all.actions = {step};
    delivery refused;
    refused.id = "0123";
    refused.sink = "chat";
    refused.event = "opened";
    refused.queued = noon - 2min;
    refused.attempts = 1;
    refused.last_error = "404: no such hook";
    refused.dead = true;
    all.messages = {refused};
    const auto text = text_of(all);
    for (const char* sentence :
         {"reason      carrier looks into it", "until       it changes or resolves",
          "waiting     a-5d20c1000000 remove SIP IP 192.0.2.66:5060",
          "not taken   opened to chat, since 2026-11-22T11:58:00Z (2 min ago), 1 attempt",
          "404: no such hook"})
        EXPECT_THAT(text, HasSubstr(sentence));
}

TEST(ExplanationReport, FitsAPhoneAndBreaksNoId)
{
    auto all = well_explained();
    all.baseline_file = "/etc/b.yml";
    for (const std::size_t width : {40U, 60U, 80U}) {
        const auto text = text_of(all, {styling::off, width});
        EXPECT_THAT(text, HasSubstr("f-3b1c9a70d2e4.3fa9"));
        EXPECT_THAT(text, HasSubstr("2026-11-22T11:57:00Z"));
        const auto runbook = text.find("Runbook");
        for (std::size_t start = 0; start < runbook; start = text.find('\n', start) + 1) {
            const auto line = std::string_view(text).substr(start, text.find('\n', start) - start);
            EXPECT_LE(width_of(line), width) << line;
        }
    }
}

TEST(ExplanationReport, LetsNothingSteerTheTerminal)
{
    auto all = well_explained();
    all.about.title = "\x1b[2Jall is well\r\n";
    all.events.front().change_type = "\x1b[8m";
    all.nearest->reason = "\u202e\a";
    all.about.deviation.fields[0].actual = "\x1b]0;x\a";
    const auto text = text_of(all);
    for (const char* forbidden : {"\x1b", "\r", "\a", "\u202e"})
        EXPECT_THAT(text, Not(HasSubstr(forbidden)));
    EXPECT_THAT(explanation_text({}, noon, wide), HasSubstr("not known")) << "nor does a daemon that lies";
}

TEST(ExplanationReport, HasTheHistoryOfTheFindingWhereItCanBeRead)
{
    auto told = to_json(well_explained());
    told["history"] = boost::json::array{
        boost::json::object{
            {"at", "2026-11-22T11:57:00.123Z"}, {"kind", "opened"}, {"sentence", "Unknown"}, {"by", "dana"}},
        boost::json::object{{"at", "2026-11-22T11:57:02.000Z"},
                            {"kind", "delivered"},
                            {"sentence", "sink page took it"},
                            {"by", nullptr}}};
    const auto text = explanation_text(told, noon, wide);
    EXPECT_THAT(text, HasSubstr("\nHistory\n  2026-11-22T11:57:00Z  opened: Unknown (by dana)\n"
                                "  2026-11-22T11:57:02Z  delivered: sink page took it\n"));
    EXPECT_THAT(text, Not(HasSubstr("is not known: the history")));
}

}  // namespace
}  // namespace trunkwarden
