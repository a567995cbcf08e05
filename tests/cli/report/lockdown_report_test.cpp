#include "cli/report/lockdown_report.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "fakes/deviations.hpp"
#include "fakes/scratch_folder.hpp"

namespace trunkwarden {
namespace {

// The arguments that curl would get from a line that is pasted into a shell, a line each.
std::vector<std::string> arguments_of(const std::string& line)
{
    const std::string script =
        "curl() { for one in \"$@\"; do printf '%s\\n' \"$one\"; done; }\n" + line + "\n";
    const fakes::scratch_folder folder;
    const auto file = folder.write("pasted", script);
    std::vector<std::string> lines;
    auto* const from = ::popen(("sh " + file + " 2>&1").c_str(), "r");
    std::array<char, 4096> piece{};
    std::string text;
    while (std::fgets(piece.data(), piece.size(), from) != nullptr)
        text += piece.data();
    ::pclose(from);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

TEST(LockdownReport, ARequestCanBePastedIntoAShellWhateverAnIntruderWrote)
{
    account watched("production");
    watched.config.settings.api_key.file = "/dev/null";
    for (const std::string name :
         {"plain", "it's", "$(touch /tmp/owned)", "`id`", "a\nb\tc", "\"; rm -rf /; \"", "back\\slash",
          "'\\''", "friendly_name *and* [more](https://evil.example)", "\xe2\x80\xae right to left",
          "caf\xc3\xa9 \xf0\x9f\x93\x9e", "```\n# a heading", "@/etc/passwd"}) {
        boost::json::object body;
        body["friendly_name"] = name;
        const auto line =
            pasted_request(watched.config, {"PATCH", "/texml_applications/1", boost::json::serialize(body)});
        EXPECT_EQ(line.find('\n'), std::string::npos) << name;
        EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= ' ' && c < 0x7f; })) << line;
        const auto arguments = arguments_of(line);
        ASSERT_EQ(arguments.size(), 9U) << line;
        EXPECT_EQ(arguments[1], "PATCH");
        EXPECT_EQ(arguments[2], "https://api.telnyx.com/v2/texml_applications/1");
        EXPECT_EQ(boost::json::parse(arguments[8]), boost::json::value(body)) << line;
    }
}

TEST(LockdownReport, ALongRequestIsNotCut)
{
    account watched("production");
    boost::json::object body;
    body["friendly_name"] = std::string(20'000, 'x');
    EXPECT_GT(pasted_request(watched.config, {"PATCH", "/a/1", boost::json::serialize(body)}).size(),
              20'000U);
}

// ---- the record of the incident

class IncidentRecord : public testing::Test {
protected:
    IncidentRecord()
    {
        auto password =
            fakes::event(transition::opened, "1", severity::critical, fakes::noon - std::chrono::hours(1))
                .about;
        password.title = "Credential connection office-pbx changed: password | `x`";
        password.by = actor{"u-77", "organization_member", fakes::noon - std::chrono::minutes(61)};
        auto over =
            fakes::event(transition::resolved, "2", severity::high, fakes::noon - std::chrono::hours(2))
                .about;
        over.first_seen -= std::chrono::hours(2000);  // an earlier opening
        over.status = finding_status::resolved;
        over.resolved_at = fakes::noon - std::chrono::minutes(30);
        over.acknowledged =
            acknowledgement{"dana asks", fakes::noon - std::chrono::minutes(50), std::nullopt};
        over.trail = audit_trail::none;
        record.findings = {password, over};
        // Seen by this run: the first one again, later, and one more.
        ledger_event(password, fakes::noon);
        auto fresh = fakes::event(transition::opened, "3", severity::low, fakes::noon).about;
        ledger_event(fresh, fakes::noon);
    }
    void ledger_event(finding seen, time_point at)
    {
        seen.first_seen = seen.last_seen = seen.opened = at;
        watched.memory.findings.restore(std::move(seen));
    }

    account watched{"production"};
    incident_record record;
};

TEST_F(IncidentRecord, HasTheTimesOfTheDaemonAndOfTheAuditLog)
{
    const auto found = found_markdown(watched.memory, record);
    EXPECT_NE(
        found.find(
            "| critical | Credential connection office-pbx changed: password \\| \\`x\\` | 2026-11-22T10:59:00Z | "
            "2026-11-22T11:00:00Z | user u-77 (member) | open |"),
        std::string::npos)
        << found;
    EXPECT_NE(
        found.find(
            "| not known | 2026-11-22T10:00:00Z | the audit log does not say | resolved 2026-11-22T11:30:00Z; "
            "acknowledged 2026-11-22T11:10:00Z: dana asks |"),
        std::string::npos)
        << "also what is over: " << found;
    EXPECT_NE(found.find("2026-11-22T12:00:00Z, by this lockdown"), std::string::npos) << found;
    EXPECT_EQ(found.find("cannot be read"), std::string::npos);
    EXPECT_EQ(findings_of_incident(watched.memory, record).size(), 3U) << "each once";
}

TEST_F(IncidentRecord, SaysThatItCouldNotBeRead)
{
    record.trouble = "the state file state.db does not exist";
    EXPECT_NE(found_markdown(watched.memory, record).find("record cannot be read"), std::string::npos);
}

TEST_F(IncidentRecord, LeadsFromTheReportToTheStatusPage)
{
    watched.io.now = [] { return fakes::noon; };
    const lockdown_run nothing_done{};
    const std::vector<std::string> none;
    const lockdown_summary all{nothing_done, none, none, none, none, record};
    const auto report =
        boost::json::parse(lockdown_report_json(
                               watched, all, {"https://guard.example.com", "https://guard.example.com/doc"}))
            .as_object();
    for (const auto& item : report.at("findings").as_array()) {
        EXPECT_TRUE(item.at("url").as_string().starts_with("https://guard.example.com/")) << item;
        EXPECT_TRUE(item.at("runbook_url").as_string().starts_with("https://guard.example.com/doc/")) << item;
    }
}

TEST_F(IncidentRecord, HasTheHistory)
{
    EXPECT_EQ(history_markdown(record), "");
    record.history = boost::json::parse(R"({"earlier": null, "trouble": null, "events": [
        {"at": "2026-11-22T11:00:00.123Z", "kind": "opened", "severity": "critical", "sentence": "a | b", "by": "dana"},
        {"at": "2026-11-22T11:00:01.000Z", "kind": "reload", "severity": null, "sentence": "took it", "by": null}]})")
                         .as_object();
    const auto line = history_markdown(record);
    EXPECT_NE(line.find("| 2026-11-22T11:00:00Z | opened | critical | a \\| b | dana |"), std::string::npos)
        << line;
    EXPECT_NE(line.find("| 2026-11-22T11:00:01Z | reload |  | took it |  |"), std::string::npos) << line;
    EXPECT_EQ(line.find("earlier events"), std::string::npos);
    record.history["earlier"] = "17-4";
    record.history["trouble"] = "the disk is full";
    EXPECT_NE(history_markdown(record).find("There are earlier events"), std::string::npos);
    EXPECT_NE(history_markdown(record).find("the disk is full"), std::string::npos);
    EXPECT_EQ(history_markdown(record).find("left out"), std::string::npos);
    record.history["left_out"] = 7;
    EXPECT_NE(history_markdown(record).find("7 events are left out"), std::string::npos);
}

TEST_F(IncidentRecord, KnowsWhatEarlierRunsDid)
{
    EXPECT_EQ(earlier_runs_markdown(record), "");
    record.earlier = {{"report.md", boost::json::parse(R"({"at": "2026-11-22T11:00:00Z", "items": [
        {"at": "2026-11-22T11:00:02Z", "step": "forwarding", "does": "switch it off", "outcome": "done", "detail": "read again"}]})")
                                        .as_object()},
                      {"report-2.md", {}}};
    const auto runs = earlier_runs_markdown(record);
    EXPECT_NE(
        runs.find("| 2026-11-22T11:00:02Z | forwarding | switch it off | done: read again | report.md |"),
        std::string::npos)
        << runs;
    EXPECT_NE(runs.find("its report cannot be read"), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden
