#include "cli/report/period_end.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/report/period_report_forms.hpp"
#include "cli/report/periods.hpp"

// A report about a time that is over: the state at its end follows from the events since then.

namespace trunkwarden {
namespace {

using namespace periods;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

report_period last_week()
{
    auto out = week();
    out.is_over = true;
    return out;
}

const time_point later = monday + 8 * 24h;

around_the_period followed_by(std::vector<history_event> after)
{
    auto out = running();
    out.after = std::move(after);
    return out;
}

TEST(PeriodEnd, AFindingThatEndedLaterWasThereAtTheEnd)
{
    const auto report = sum_up({}, last_week(), followed_by({about(kind::resolved, later, "f-a")}));
    ASSERT_THAT(report.findings, SizeIs(1));
    EXPECT_EQ(report.findings[0].status, not_resolved);
    EXPECT_FALSE(report.findings[0].resolved) << "not in this time";
    EXPECT_THAT(opened_by_severity(report), IsEmpty());
    const auto text = document_markdown(document_of(report));
    EXPECT_THAT(text, HasSubstr("1 open from before"));
    EXPECT_THAT(text, HasSubstr("not resolved at the end"));
}

TEST(PeriodEnd, AFindingThatBeganLaterIsNoneOfThisTime)
{
    const auto report = sum_up(
        {}, last_week(),
        followed_by({about(kind::opened, later, "f-a"), about(kind::blind, later, "f-b"),
                     about(kind::resolved, later + 1h, "f-a"), about(kind::sees_again, later + 1h, "f-b")}));
    EXPECT_THAT(report.findings, IsEmpty());
    EXPECT_THAT(report.blind, IsEmpty());
}

// The daemon says when a finding opened in whole seconds.
TEST(PeriodEnd, AFindingThatBeganWithinTheSecondAfterTheEndIsNoneOfThisTime)
{
    auto period = last_week();
    period.to += 400ms;
    auto around = followed_by({about(kind::opened, period.to + 500ms, "f-old")});
    around.open.push_back(open_since(monday + 7 * 24h));
    EXPECT_THAT(sum_up({}, period, around).findings, IsEmpty());
}

TEST(PeriodEnd, AFindingOfThisTimeIsNotOverBecauseItEndedLater)
{
    const auto report = sum_up({about(kind::opened, monday + 1h, "f-a")}, last_week(),
                               followed_by({about(kind::resolved, later, "f-a")}));
    ASSERT_THAT(report.findings, SizeIs(1));
    EXPECT_FALSE(report.findings[0].resolved);
    EXPECT_THAT(document_markdown(document_of(report)), HasSubstr("open at the end"));
}

TEST(PeriodEnd, TheStatusIsThatOfTheEndAndNotOfToday)
{
    const auto status_after = [](std::vector<history_event> after, std::string status_now) {
        auto around = followed_by(std::move(after));
        around.open.push_back(open_since(monday - 48h));
        around.open.back().status = std::move(status_now);
        const auto report = sum_up({}, last_week(), around);
        const auto old = std::ranges::find(report.findings, "f-old", &reported_finding::id);
        return old == report.findings.end() ? "not there" : old->status;
    };
    EXPECT_EQ(status_after({}, "acknowledged"), "acknowledged");
    EXPECT_EQ(status_after({about(kind::acknowledged, later, "f-old")}, "acknowledged"), "open");
    EXPECT_EQ(status_after({about(kind::unacknowledged, later, "f-old")}, "open"), "acknowledged");
    EXPECT_EQ(status_after({about(kind::contained, later, "f-old")}, "contained"), not_resolved);
    EXPECT_EQ(status_after({about(kind::acknowledged, later, "f-another")}, "contained"), "contained");
}

TEST(PeriodEnd, ABlindnessThatEndedLaterLastsToTheEnd)
{
    const auto since_before = sum_up({}, last_week(), followed_by({about(kind::sees_again, later, "f-a")}));
    EXPECT_EQ(blind_time_by_account(since_before).at("production"), 7 * 24h);
    const auto begun = sum_up({about(kind::blind, monday + 6 * 24h, "f-a")}, last_week(),
                              followed_by({about(kind::sees_again, later, "f-a")}));
    EXPECT_THAT(begun.blind, SizeIs(1));
    EXPECT_EQ(blind_time_by_account(begun).at("production"), 24h);
    auto still = followed_by({about(kind::acknowledged, later, "f-old")});
    still.open.push_back(open_since(monday - 48h, true));
    const auto blind_now = sum_up({}, last_week(), still);
    EXPECT_THAT(blind_now.blind, SizeIs(1));
    EXPECT_THAT(blind_now.findings, IsEmpty()) << "a blindness is not told twice";
}

TEST(PeriodEnd, ADaemonThatStartedLaterDidNotRunAtTheEnd)
{
    const std::vector<history_event> last_seen{about(kind::opened, monday + 5 * 24h, "f-a")};
    const auto killed = sum_up(last_seen, last_week(), followed_by({of_daemon(kind::started, later)}));
    EXPECT_EQ(blind_time_by_account(killed).at(""), 2 * 24h);
    EXPECT_THAT(killed.blind.at(0).sentence, HasSubstr("ended without a word"));
    const auto ran =
        sum_up(last_seen, last_week(),
               followed_by({of_daemon(kind::stopped, later), of_daemon(kind::started, later + 1h)}));
    EXPECT_THAT(blind_time_by_account(ran), IsEmpty());
    const auto stopped = sum_up({of_daemon(kind::stopped, monday + 6 * 24h)}, last_week(),
                                followed_by({of_daemon(kind::started, later)}));
    EXPECT_EQ(blind_time_by_account(stopped).at(""), 24h);
    EXPECT_THAT(stopped.blind, SizeIs(1));
}

TEST(PeriodEnd, WarnsWhenLaterEventsAreNotKnown)
{
    auto around = running();
    around.trouble = "there are more events after this time than a report reads";
    EXPECT_THAT(document_of(sum_up({}, last_week(), around)).warnings,
                Contains(HasSubstr("or lasted until its end, may be missing")));
}

TEST(PeriodEnd, ABlindnessThatEndedLaterWithItsResourceLastsToTheEnd)
{
    const auto report = sum_up({about(kind::blind, monday + 6 * 24h, "f-a")}, last_week(),
                               followed_by({about(kind::resolved, later, "f-a")}));
    EXPECT_THAT(report.blind, SizeIs(1));
    EXPECT_EQ(blind_time_by_account(report).at("production"), 24h);
    EXPECT_THAT(report.findings, IsEmpty());
}

}  // namespace
}  // namespace trunkwarden
