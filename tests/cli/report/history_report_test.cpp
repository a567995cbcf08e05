#include "cli/report/history_report.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

boost::json::object read(const std::string& text)
{
    return boost::json::parse(text).as_object();
}

boost::json::object one_event()
{
    return read(
        R"({"as_of": "2026-11-22T12:01:00Z", "trouble": null, "earlier": null, "source": "daemon", "events": [
        {"at": "2026-11-22T23:24:58.123Z", "kind": "sees_again", "severity": "critical", "account": "production",
         "resource": "ips", "finding": "f-0123456789ab", "incident": "i-0123456789ab", "action": null,
         "sentence": "Unknown SIP IP 192.0.2.66:5060", "by": "dana@example.com"}]})");
}

// The zone of its reader, for as long as this lives.
class HistoryReport : public testing::Test {
protected:
    HistoryReport() { zone("UTC"); }
    ~HistoryReport() override { zone("UTC"); }
    static void zone(const char* name)
    {
        ::setenv("TZ", name, 1);  // NOLINT(concurrency-mt-unsafe)
        ::tzset();                // NOLINT(concurrency-mt-unsafe)
    }
};

TEST_F(HistoryReport, IsAParagraphForEachEvent)
{
    EXPECT_EQ(history_text(one_event(), {}),
              "2026-11-22T23:24:58Z  sees again, critical\n"
              "    Unknown SIP IP 192.0.2.66:5060 (by dana@example.com)\n"
              "    production  ips  f-0123456789ab  i-0123456789ab\n");
}

TEST_F(HistoryReport, HasLocalTimeWhereItDiffers)
{
    zone("XYZ-1");
    EXPECT_THAT(history_text(one_event(), {}),
                StartsWith("2026-11-22T23:24:58Z (2026-11-23 00:24:58 XYZ)  "));
    zone("XYZ+2");
    EXPECT_THAT(history_text(one_event(), {}), StartsWith("2026-11-22T23:24:58Z (21:24:58 XYZ)  "));
}

TEST_F(HistoryReport, FitsTheTerminal)
{
    auto history = one_event();
    history["events"].as_array()[0].as_object()["sentence"] =
        std::string(30, 'x') + " " + std::string(30, 'y');
    const auto text = history_text(history, {.width = 40});
    for (std::size_t from = 0, to = 0; (to = text.find('\n', from)) != std::string::npos; from = to + 1)
        EXPECT_LE(to - from, 40U) << text.substr(from, to - from);
}

TEST_F(HistoryReport, HasNoEmptyLineForAnEventOfTheDaemonItself)
{
    auto history = one_event();
    auto& event = history["events"].as_array()[0].as_object();
    for (const auto* member : {"account", "resource", "finding", "incident", "action"})
        event[member] = nullptr;
    EXPECT_THAT(history_text(history, {styling::on, 0}), EndsWith("(by dana@example.com)\n"));
}

TEST_F(HistoryReport, SaysWhatIsNotShown)
{
    auto history = one_event();
    EXPECT_THAT(history_text(history, {}), Not(HasSubstr("As of")));
    history["earlier"] = "17-4";
    history["trouble"] = "the disk is full";
    history["source"] = "state_file";
    EXPECT_THAT(history_text(history, {}), AllOf(StartsWith("These are the newest 1; there are earlier ones"),
                                                 HasSubstr("As of 2026-11-22T12:01:00Z, by the state file"),
                                                 EndsWith("the disk is full\n")));
    history["events"].as_array().clear();
    history["earlier"] = nullptr;
    EXPECT_THAT(history_text(history, {}), StartsWith("No events."));
}

TEST_F(HistoryReport, ShowsNothingThatMovesTheCursor)
{
    auto history = one_event();
    history["events"].as_array()[0].as_object()["sentence"] = "x\x1b[2J\ny";
    const auto text = history_text(history, {});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_THAT(text, Not(HasSubstr("\ny")));
}

}  // namespace
}  // namespace trunkwarden
