#include "cli/report/period_report.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "cli/report/period_report_forms.hpp"
#include "cli/report/periods.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using namespace periods;

TEST(PeriodReport, TellsTheLifeOfEachFindingTheHeaviestFirst)
{
    auto named = about(kind::attributed, monday + 70s, "f-b");
    named.by = "dana@example.com";
    const auto report = sum_up(
        {about(kind::opened, monday + 30s, "f-a", severity::low), about(kind::opened, monday + 60s, "f-b"),
         named, about(kind::contained, monday + 90s, "f-b"), about(kind::resolved, monday + 2h, "f-b")},
        week());
    ASSERT_THAT(report.findings, SizeIs(2));
    const auto& heavy = report.findings.front();
    EXPECT_EQ(heavy.id, "f-b");
    EXPECT_EQ(heavy.by, "dana@example.com");
    EXPECT_EQ(heavy.opened, monday + 60s);
    EXPECT_EQ(heavy.contained, monday + 90s);
    EXPECT_EQ(heavy.resolved, monday + 2h);
    EXPECT_FALSE(report.findings.back().resolved);
    EXPECT_EQ(opened_by_severity(report),
              (std::map<severity, std::size_t>{{severity::low, 1}, {severity::critical, 1}}));
}

TEST(PeriodReport, AFindingThatOpenedBeforeHasNoBeginningAndIsNotCountedAsOpened)
{
    const auto report = sum_up({about(kind::resolved, monday + 60s, "f-a")}, week());
    ASSERT_THAT(report.findings, SizeIs(1));
    EXPECT_FALSE(report.findings[0].opened);
    EXPECT_THAT(opened_by_severity(report), IsEmpty());
    EXPECT_THAT(document_markdown(document_of(report)), HasSubstr("before this time"));
}

TEST(PeriodReport, AFindingThatOpensAgainIsNotOver)
{
    const auto report =
        sum_up({about(kind::opened, monday, "f-a"), about(kind::contained, monday + 1h, "f-a"),
                about(kind::resolved, monday + 2h, "f-a"), about(kind::opened, monday + 3h, "f-a")},
               week());
    ASSERT_THAT(report.findings, SizeIs(1));
    EXPECT_EQ(report.findings[0].opened, monday) << "the first time in the period";
    EXPECT_FALSE(report.findings[0].resolved);
    EXPECT_FALSE(report.findings[0].contained);
}

TEST(PeriodReport, WhoTakesAnAcknowledgementBackIsNotTheAuthorOfTheChange)
{
    auto opened = about(kind::opened, monday, "f-a");
    opened.by = "user thief@example.com";
    auto taken_back = about(kind::unacknowledged, monday + 2h, "f-a");
    taken_back.by = "dana";
    const auto report = sum_up({opened, about(kind::acknowledged, monday + 1h, "f-a"), taken_back}, week());
    ASSERT_THAT(report.findings, SizeIs(1));
    EXPECT_EQ(report.findings[0].by, "user thief@example.com");
    EXPECT_EQ(report.findings[0].sentence, opened.sentence);
    EXPECT_FALSE(report.findings[0].acknowledged);
    EXPECT_THAT(report.trusted, SizeIs(2));
}

TEST(PeriodReport, AChangeThatEndsAnAcknowledgementLeavesTheFindingUnacknowledged)
{
    auto changed = about(kind::changed, monday + 2h, "f-a");
    changed.sentence = std::string(no_longer_acknowledged) + changed.sentence;
    const auto report = sum_up({about(kind::acknowledged, monday + 1h, "f-a"), changed}, week());
    ASSERT_THAT(report.findings, SizeIs(1));
    EXPECT_FALSE(report.findings[0].acknowledged);
}

TEST(PeriodReport, AFindingThatWasOnlyAcknowledgedHasASentence)
{
    const auto report = sum_up({about(kind::acknowledged, monday + 1h, "f-a")}, week());
    ASSERT_THAT(report.findings, SizeIs(1));
    EXPECT_EQ(report.findings[0].sentence, "Unknown SIP IP of f-a");
    EXPECT_EQ(report.findings[0].acknowledged, monday + 1h);
}

TEST(PeriodReport, TimeToTellIsThatOfTheFirstMessageWhichAReceiverTook)
{
    const auto report = sum_up(
        {about(kind::opened, monday, "f-a"), about(kind::dead_letter, monday + 1s, "f-a"),
         about(kind::delivered, monday + 10s, "f-a"), about(kind::delivered, monday + 1h, "f-a"),
         about(kind::opened, monday + 2h, "f-b"), about(kind::delivered, monday + 2h + 40s, "f-b"),
         about(kind::opened, monday + 3h, "f-c"), about(kind::delivered, monday + 3h + 20s, "f-c"),
         about(kind::opened, monday + 4h, "f-untold"), about(kind::delivered, monday + 5h, "f-of-last-week")},
        week());
    const auto time = time_to_tell_of(report);
    EXPECT_EQ(time.findings, 3U);
    EXPECT_EQ(time.median, 20s);
    EXPECT_EQ(time.longest, 40s);
    EXPECT_EQ(report.deliveries, 5U);
    EXPECT_EQ(report.dead_letters, 1U);
    EXPECT_THAT(document_markdown(document_of(sum_up({}, week()))), HasSubstr("not known"));
}

TEST(PeriodReport, BlindTimeIsTheUnionOfItsSpansFromTheBeginningToTheEnd)
{
    const auto report = sum_up(
        {about(kind::sees_again, monday + 1h, "f-before"), about(kind::blind, monday + 2h, "f-a"),
         about(kind::blind, monday + 2h + 30min, "f-b"), about(kind::sees_again, monday + 3h, "f-a"),
         about(kind::sees_again, monday + 4h, "f-b"), about(kind::blind, monday + 7 * 24h - 1h, "f-c")},
        week());
    EXPECT_THAT(report.blind, SizeIs(4));
    EXPECT_EQ(blind_time_by_account(report).at("production"), 1h + 2h + 1h);
    EXPECT_THAT(report.findings, IsEmpty()) << "blindness is no change of the account";
}

TEST(PeriodReport, WhileTheDaemonDidNotRunNothingWasWatched)
{
    const auto report =
        sum_up({about(kind::blind, monday + 30min, "f-a"), of_daemon(kind::stopped, monday + 1h),
                of_daemon(kind::started, monday + 2h), about(kind::sees_again, monday + 2h, "f-a"),
                about(kind::opened, monday + 3h, "f-b"), of_daemon(kind::started, monday + 4h)},
               week());
    ASSERT_THAT(report.blind, SizeIs(3));
    const auto blind = blind_time_by_account(report);
    EXPECT_EQ(blind.at(""), 2h) << "an end without a word is as long as it can have been";
    EXPECT_EQ(blind.at("production"), 1h + 30min + 1h);
    EXPECT_THAT(document_of(report).facts, testing::Contains(HasSubstr("Nothing was watched for 2 h")));
}

TEST(PeriodReport, ADaemonThatWasNotStartedAgainWatchesNothingToTheEnd)
{
    const auto report = sum_up({of_daemon(kind::stopped, monday + 6 * 24h)}, week());
    EXPECT_EQ(blind_time_by_account(report).at(""), 24h);
}

TEST(PeriodReport, ADaemonThatWasStoppedBeforeWatchesNothingUntilItStarts)
{
    around_the_period around{
        .daemon = {of_daemon(kind::started, monday - 48h), of_daemon(kind::stopped, monday - 24h)}};
    const auto started = sum_up({of_daemon(kind::started, monday + 3h)}, week(), around);
    EXPECT_EQ(blind_time_by_account(started).at(""), 3h);
    EXPECT_EQ(blind_time_by_account(sum_up({}, week(), around)).at(""), 7 * 24h);
    EXPECT_THAT(blind_time_by_account(sum_up({}, week(), running())), IsEmpty());
    const auto killed = sum_up({of_daemon(kind::started, monday + 3h)}, week(), running());
    EXPECT_EQ(blind_time_by_account(killed).at(""), 3h)
        << "it ended without a word, at a time that nobody knows";
}

TEST(PeriodReport, SaysBeforeWhichTimeItIsNotKnownWhetherTheDaemonRan)
{
    const auto nothing = document_of(sum_up({}, week()));
    EXPECT_THAT(nothing.warnings, testing::Contains(HasSubstr("not known before 2026-11-30")));
    EXPECT_THAT(nothing.facts, Not(testing::Contains(HasSubstr("No time is recorded"))));
    const auto later = document_of(sum_up({about(kind::opened, monday + 26h, "f-a")}, week()));
    EXPECT_THAT(later.warnings, testing::Contains(HasSubstr("not known before 2026-11-24 02:00")));
    const auto started = sum_up({of_daemon(kind::started, monday + 3h)}, week());
    EXPECT_EQ(blind_time_by_account(started).at(""), 3h);
    EXPECT_THAT(document_of(started).warnings, IsEmpty()) << "the time counts as not watched";
}

TEST(PeriodReport, ABlindnessFromBeforeThatDidNotEndIsNotWatchedToTheEnd)
{
    auto around = running();
    around.open.push_back(open_since(monday - 48h, true));
    EXPECT_EQ(blind_time_by_account(sum_up({}, week(), around)).at("production"), 7 * 24h);
    const auto again =
        sum_up({about(kind::sees_again, monday + 1h, "f-old"), about(kind::blind, monday + 2h, "f-old")},
               week(), around);
    EXPECT_THAT(again.blind, SizeIs(2)) << "the period shows this one";
}

TEST(PeriodReport, NamesFindingsThatAreOpenFromBefore)
{
    auto around = running();
    around.open.push_back(open_since(monday - 48h));
    const auto report = sum_up({}, week(), around);
    ASSERT_THAT(report.findings, SizeIs(1));
    EXPECT_EQ(report.findings[0].opened_before, monday - 48h);
    EXPECT_THAT(opened_by_severity(report), IsEmpty());
    const auto text = document_markdown(document_of(report));
    EXPECT_THAT(
        text, AllOf(HasSubstr("1 open from before"), HasSubstr("2026-11-21"), HasSubstr("open at the end")));
    around.open.back().since = monday + 1h;
    EXPECT_EQ(sum_up({}, week(), around).findings.at(0).opened, monday + 1h)
        << "its event is not kept any more";
    auto other = week();
    other.account = "spare";
    EXPECT_THAT(sum_up({}, other, around).findings, IsEmpty());
}

TEST(PeriodReport, ReadsOpenFindingsAsTheApiHasThem)
{
    const auto said = boost::json::parse(R"([
        {"id": "f-a", "account": "production", "resource": "ips", "kind": "unknown", "severity": "high",
         "status": "acknowledged", "title": "Unknown SIP IP", "since": "2026-11-20T00:00:00Z", "incident": null,
         "actor": {"user_id": "u", "email": "lee@example.com"}},
        {"id": "f-b", "resource": "ips", "kind": "blind", "status": "open", "severity": "critical"},
        {"id": "f-c", "resource": "clock", "kind": "blind", "status": "open", "severity": "high"},
        {"id": "f-d", "status": "resolved"}, 7])");
    const auto open = open_findings_of(said.as_array());
    ASSERT_THAT(open, SizeIs(3));
    EXPECT_EQ(open[0].by, "lee@example.com");
    EXPECT_EQ(open[0].since, monday - 3 * 24h);
    EXPECT_FALSE(open[0].is_blindness);
    EXPECT_TRUE(open[1].is_blindness);
    EXPECT_FALSE(open[2].is_blindness) << "a wrong clock hides nothing";
}

TEST(PeriodReport, NamesWhatPeopleTrustedAndWhatWasDone)
{
    auto trusted = about(kind::acknowledged, monday, "f-a");
    trusted.sentence = "f-a: \"our new SBC\"";
    trusted.by = "olga";
    auto act = about(kind::action, monday + 1s, "f-a");
    act.sentence = "done: outbound profile off";
    const auto report = sum_up({trusted, of_daemon(kind::reload, monday + 1min), act}, week());
    EXPECT_THAT(report.trusted, SizeIs(2));
    EXPECT_THAT(report.acts, SizeIs(1));
    const auto text = document_text(document_of(report), {});
    EXPECT_THAT(text, AllOf(HasSubstr("our new SBC"), HasSubstr("olga"), HasSubstr("outbound profile off")));
}

TEST(PeriodReport, AnActionIsOneRowAndTheDecisionsOfPeopleStay)
{
    std::vector<history_event> steps;
    const auto step = [&steps](const std::string& action, const std::string& sentence,
                               const std::string& by) {
        auto event = about(kind::action, monday + std::chrono::seconds(steps.size()), "f-a");
        event.action = action;
        event.sentence = sentence;
        event.by = by;
        steps.push_back(std::move(event));
    };
    step("a-1", "offered, waits for approval: disable", "trunkwarden");
    step("a-1", "approved: disable", "dana");
    step("a-1", "about to be sent: disable", "trunkwarden");
    step("a-2", "would be done (dry run): restore", "trunkwarden");
    step("a-1", "done: disable", "trunkwarden");
    const auto report = sum_up(steps, week());
    EXPECT_THAT(report.acts, SizeIs(5)) << "programs get all";
    const auto text = document_text(document_of(report), {});
    EXPECT_THAT(text, AllOf(HasSubstr("approved: disable"), HasSubstr("done: disable"),
                            HasSubstr("would be done (dry run): restore"),
                            Not(HasSubstr("waits for approval")), Not(HasSubstr("about to be sent"))));
}

TEST(PeriodReport, SaysWhichStateItWasReadFrom)
{
    auto period = week();
    period.by_state_file = true;
    period.is_in_database = true;
    const auto report = sum_up({}, period, running());
    EXPECT_THAT(document_of(report).warnings, testing::Contains(HasSubstr("from the database as of")));
    EXPECT_EQ(period_report_json(report).at("source"), "database");
}

TEST(PeriodReport, SaysWhenItIsNotWhole)
{
    auto period = week();
    period.by_state_file = true;
    period.known_from = monday + 24h;
    period.trouble = "the disk is full";
    auto around = running();
    around.trouble = "the state file cannot be read";
    const auto report = sum_up({of_daemon(kind::forgotten, monday + 25h)}, period, around);
    const auto warnings = document_of(report).warnings;
    EXPECT_THAT(warnings, SizeIs(5));
    EXPECT_THAT(document_html(document_of(report)), HasSubstr("the disk is full"));
    EXPECT_THAT(document_of(sum_up({}, week(), running())).warnings, IsEmpty());
}

TEST(PeriodReport, ShowsWhatAnIntruderWroteAsText)
{
    auto planted = about(kind::opened, monday, "f-a");
    planted.sentence = "<script>alert(1)</script> | ![x](http://192.0.2.66/x.png) {} \x1b[31m";
    const auto document = document_of(sum_up({planted}, week()));
    EXPECT_THAT(document_html(document), AllOf(Not(HasSubstr("<script")), HasSubstr("&lt;script&gt;")));
    EXPECT_THAT(document_markdown(document),
                AllOf(HasSubstr(R"(| \<script\>alert)"), Not(HasSubstr("![x]("))));
    EXPECT_THAT(document_text(document, {}), Not(HasSubstr("\x1b")));
}

TEST(PeriodReport, IsReadFromTheHistoryOfTheDaemon)
{
    const auto history = boost::json::parse(R"({"events": [
        {"at": "2026-11-23T00:00:30.123Z", "kind": "opened", "severity": "high", "account": "production",
         "resource": "ips", "finding": "f-a", "incident": null, "action": null, "sentence": "Unknown", "by": null},
        {"at": "never", "kind": "opened"}, {"at": "2026-11-23T00:00:31Z", "kind": "of a newer version"}, 7]})");
    const auto events = events_of(history.as_object());
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].level, severity::high);
    EXPECT_EQ(events[0].by, "");
    const auto said = period_report_json(sum_up(events, week()));
    EXPECT_EQ(said.at("findings").at(0).at("severity"), "high");
    EXPECT_TRUE(said.at("findings").at(0).at("by").is_null());
    EXPECT_EQ(said.at("source"), "daemon");
    EXPECT_TRUE(said.at("time_to_tell").at("median_seconds").is_null());
    EXPECT_TRUE(said.at("coverage").is_null()) << "no daemon said it";
    EXPECT_TRUE(said.at("spending_today").is_null());
}

TEST(PeriodReport, ABlindnessOfAResourceThatIsNotWatchedAnyMoreEnds)
{
    const auto report =
        sum_up({about(kind::blind, monday + 1h, "f-a"), about(kind::resolved, monday + 3h, "f-a")}, week());
    ASSERT_THAT(report.blind, SizeIs(1));
    EXPECT_EQ(report.blind[0].to, monday + 3h);
    EXPECT_EQ(blind_time_by_account(report).at("production"), 2h);
    EXPECT_THAT(report.findings, IsEmpty()) << "it was no change of the account";
}

}  // namespace
}  // namespace trunkwarden
