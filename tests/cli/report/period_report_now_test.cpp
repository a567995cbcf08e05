#include "cli/report/period_report_now.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/report/period_report_forms.hpp"
#include "cli/report/periods.hpp"

// Money and coverage in a report: a part that is not known says so.

namespace trunkwarden {
namespace {

using namespace periods;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

history_event spent_on(time_point midnight, std::string_view spent, std::string_view topped_up = "0.00")
{
    day_spending sums;
    sums.date = std::chrono::floor<std::chrono::days>(midnight);
    sums.currency = "USD";
    sums.spent = parse_amount(spent).value();
    sums.topped_up = parse_amount(topped_up).value();
    sums.payments = sums.topped_up > amount{} ? 1 : 0;
    sums.available = whole_units(400);
    return {.at = midnight + 24h + 30s,
            .kind = kind::spent,
            .account = "production",
            .resource = "spending",
            .sentence = words_of(sums)};
}

report_period week_of_production()
{
    auto out = week();
    out.accounts = {"production", "spare"};
    return out;
}

around_the_period with_daemon()
{
    auto out = running();
    out.now.coverage.emplace();
    return out;
}

TEST(SpendingInReports, IsAddedUpAndDaysThatAreNotKnownAreCounted)
{
    const auto report = sum_up({spent_on(monday, "12.30"), spent_on(monday + 24h, "7.70", "100.00"),
                                spent_on(monday + 3 * 24h, "0.00")},
                               week_of_production(), with_daemon());
    EXPECT_THAT(report.spent, SizeIs(3));
    EXPECT_THAT(
        spending_facts(report),
        ElementsAre(
            "production: USD 20.00 spent and 100.00 topped up on 3 days (UTC); of 4 more it "
            "is not known.",
            HasSubstr("Spending by day is not known of spare, because the history has no day of it")));
    const auto text = document_markdown(document_of(report));
    EXPECT_THAT(text,
                HasSubstr("| 2026-11-24 | production | USD 7.70 spent; USD 100.00 topped up in 1 payment; "
                          "USD 400.00 left"));
    const auto said = period_report_json(report);
    EXPECT_EQ(said.at("spending").at(1).at("spent"), "7.70");
    EXPECT_EQ(said.at("spending_days_unknown").at("production"), 4U);
    EXPECT_EQ(said.at("spending_days_unknown").at("spare"), 7U);
}

TEST(SpendingInReports, SumsOfADayThatWasNotReadThroughoutAreTheLeast)
{
    auto event = spent_on(monday, "12.30");
    event.sentence += "; at least: the balance was not read all day";
    const auto report = sum_up({event}, week_of_production(), with_daemon());
    EXPECT_THAT(spending_facts(report), Contains(HasSubstr("production: at least USD 12.30 spent")));
    EXPECT_THAT(document_markdown(document_of(report)), HasSubstr("at least USD 12.30 spent"));
}

TEST(SpendingInReports, TwoEventsAboutADayCountOnceAndOtherTextsAreNone)
{
    auto forged = spent_on(monday + 24h, "1.00");
    forged.sentence = "USD 999999.00 spent";
    const auto report = sum_up({spent_on(monday, "12.30"), spent_on(monday, "12.50"), forged},
                               week_of_production(), with_daemon());
    ASSERT_THAT(report.spent, SizeIs(1));
    EXPECT_EQ(to_text(report.spent[0].sums.spent), "12.50") << "the newest";
}

TEST(SpendingInReports, DaysBesideThePeriodAreNoneOfIt)
{
    auto period = week_of_production();
    period.from = monday + 12h;
    period.to = monday + 3 * 24h + 6h;
    period.is_over = true;
    auto around = with_daemon();
    around.after = {spent_on(monday + 3 * 24h, "3.00"), spent_on(monday + 4 * 24h, "4.00")};
    const auto report = sum_up({spent_on(monday - 24h, "9.00"), spent_on(monday, "1.00")}, period, around);
    const auto text = document_markdown(document_of(report));
    EXPECT_THAT(text, AllOf(HasSubstr("2026-11-23 from its beginning"), HasSubstr("2026-11-26 to its end"),
                            Not(HasSubstr("USD 9.00")), Not(HasSubstr("USD 4.00"))));
    EXPECT_THAT(spending_facts(report),
                Contains("production: USD 1.00 spent and 0.00 topped up on 1 day (UTC); of 2 more it is not "
                         "known."))
        << "a day that goes on after this time is not added";
}

TEST(SpendingInReports, OfTodayIsWhatTheDaemonSays)
{
    const auto status = boost::json::parse(R"({"accounts": [
        {"account": "production", "use": {"money": {"currency": "USD", "available": "355.00",
            "spent_today": "45.00", "spent_last_day": "50.00", "at_least": true, "gone_in_seconds": null}}},
        {"account": "spare", "use": {"money": null}}, 7]})");
    auto around = with_daemon();
    around.now.today = spending_today_of(status.as_object(), "");
    ASSERT_THAT(around.now.today, SizeIs(1));
    const auto report = sum_up({}, week_of_production(), around);
    EXPECT_THAT(document_markdown(document_of(report)),
                HasSubstr("| 2026-11-30 so far | production | at least USD 45.00 spent; USD 355.00 left"));
    EXPECT_EQ(period_report_json(report).at("spending_today").at(0).at("left"), "355.00");
    EXPECT_THAT(spending_today_of(status.as_object(), "spare"), IsEmpty());
}

TEST(SpendingInReports, OfTodayIsNotKnownWithoutADaemon)
{
    const auto report = sum_up({spent_on(monday, "12.30")}, week_of_production(), running());
    EXPECT_THAT(spending_facts(report), Contains("Today's spending is not known: no daemon answered."));
    EXPECT_TRUE(period_report_json(report).at("spending_today").is_null());
}

TEST(SpendingInReports, OfATimeWithoutAWholeDayIsNotKnownForThatReason)
{
    auto period = week_of_production();
    period.from = period.to - 2h;
    period.to -= 1h;
    EXPECT_THAT(
        spending_facts(sum_up({}, period, with_daemon())),
        ElementsAre("Spending by day is not known of production, spare, because no day (UTC) of this time "
                    "is over."));
}

TEST(SpendingInReports, OfManyAccountsSomeAreNamed)
{
    auto period = week();
    for (int number = 100; number < 120; ++number)
        period.accounts.push_back("customer-" + std::to_string(number));
    EXPECT_THAT(spending_facts(sum_up({}, period, with_daemon())),
                ElementsAre(AllOf(HasSubstr("customer-109 and 10 more"), Not(HasSubstr("customer-110")))));
}

const boost::json::value some_coverage = boost::json::parse(R"({"complete": false, "accounts": [
    {"account": "production", "complete": true, "coverage": [
        {"resource": "ips", "state": "complete", "items": 3, "reason": null},
        {"resource": "wireguard_peers", "state": "accepted", "items": null, "reason": "403: no permission"},
        {"resource": "spending", "state": "accepted", "items": null,
         "reason": "the baseline says nothing about it"}], "not_proven": ["one sentence"]},
    {"account": "spare", "complete": false, "reason": "the key belongs to another organisation", "coverage": []}]})");

TEST(CoverageInReports, NamesEverythingThatIsNotReadCompletely)
{
    auto around = running();
    around.now.coverage = coverage_of(some_coverage.as_object(), "");
    const auto report = sum_up({}, week(), around);
    EXPECT_THAT(
        coverage_facts(report),
        ElementsAre("production: 1 of 3 resources are read completely at this moment.",
                    "spare: nothing is judged at this moment: the key belongs to another organisation"));
    EXPECT_THAT(coverage_table(report).rows, SizeIs(4));
    EXPECT_THAT(
        document_html(document_of(report)),
        AllOf(HasSubstr("wireguard_peers"), HasSubstr("403: no permission"), HasSubstr("one sentence")))
        << "an accepted blind spot never becomes a blindness";
    const auto said = period_report_json(report);
    EXPECT_EQ(said.at("coverage").at(0).at("unwatched").at(0).at("state"), "accepted");
    EXPECT_EQ(said.at("coverage").at(1).at("refused"), "the key belongs to another organisation");
    EXPECT_THAT(coverage_of(some_coverage.as_object(), "spare"), SizeIs(1));
}

TEST(CoverageInReports, OfManyAccountsThoseThatAreNotReadAreCounted)
{
    auto around = with_daemon();
    for (int number = 0; number < 11; ++number)
        around.now.coverage->push_back({.account = "customer", .resources = 3, .complete = 2});
    around.now.coverage->push_back({.account = "empty"});
    EXPECT_THAT(coverage_facts(sum_up({}, week(), around)),
                ElementsAre("12 accounts are not read completely, or not judged, at this moment."))
        << "an account of which nothing is known is not whole";
}

TEST(CoverageInReports, IsNotKnownWithoutADaemonAndNotEmpty)
{
    const auto report = sum_up({}, week(), running());
    EXPECT_THAT(coverage_facts(report),
                ElementsAre("Which resources are watched at this moment is not known: no daemon answered."));
    EXPECT_EQ(coverage_table(report).when_empty, "Not known.");
    auto around = running();
    around.now.coverage.emplace();
    around.now.coverage->push_back({.account = "spare", .resources = 3, .complete = 3});
    EXPECT_EQ(coverage_table(sum_up({}, week(), around)).when_empty, "Nothing: everything is read.");
    EXPECT_THAT(coverage_facts(sum_up({}, week(), around)),
                ElementsAre("Every resource is read completely at this moment: spare."));
}

TEST(CoverageInReports, AnAccountThatIsNotJudgedIsNotEverything)
{
    auto around = with_daemon();
    around.now.coverage->push_back({.account = "production",
                                    .resources = 3,
                                    .complete = 3,
                                    .refused = "the key belongs to another organisation"});
    const auto report = sum_up({}, week(), around);
    EXPECT_THAT(
        coverage_table(report).rows,
        ElementsAre(ElementsAre("production", "", "not judged", "the key belongs to another organisation")));
}

TEST(CoverageInReports, AnAccountOfWhichNothingIsReadIsNotEverything)
{
    auto around = with_daemon();
    around.now.coverage->push_back({.account = "empty"});
    EXPECT_THAT(coverage_table(sum_up({}, week(), around)).rows,
                ElementsAre(ElementsAre("empty", "", "not read", HasSubstr("no resource"))));
}

TEST(CoverageInReports, AmongManyAccountsOneThatIsNotJudgedIsNamed)
{
    auto around = with_daemon();
    for (int number = 0; number < 11; ++number)
        around.now.coverage->push_back({.account = "customer", .resources = 3, .complete = 2});
    around.now.coverage->push_back({.account = "spare", .refused = "another organisation"});
    EXPECT_THAT(coverage_facts(sum_up({}, week(), around)),
                ElementsAre(HasSubstr("11 accounts are not read completely"),
                            "spare: nothing is judged at this moment: another organisation"));
    for (int number = 0; number < 11; ++number)
        around.now.coverage->push_back({.account = "other", .refused = "another organisation"});
    const auto report = sum_up({}, week(), around);
    EXPECT_THAT(coverage_facts(report), Contains("Of 2 more accounts nothing is judged at this moment; the "
                                                 "table has each."));
    EXPECT_THAT(coverage_table(report).rows, SizeIs(12));
}

TEST(CoverageInReports, AnAccountThatTheDaemonDoesNotHaveIsNotWatched)
{
    auto around = with_daemon();
    around.now.coverage->push_back({.account = "production", .resources = 3, .complete = 3});
    const auto report = sum_up({}, week_of_production(), around);
    EXPECT_THAT(coverage_facts(report),
                ElementsAre("spare: nothing is judged at this moment: not watched by this daemon",
                            "Every resource is read completely at this moment: production."));
    EXPECT_THAT(coverage_table(report).rows,
                ElementsAre(ElementsAre("spare", "", "not judged", "not watched by this daemon")));
    EXPECT_EQ(period_report_json(report).at("coverage").at(1).at("refused"), "not watched by this daemon");
}

TEST(CoverageInReports, AnAccountThatLeftTheSettingsIsNotWatched)
{
    auto period = week();
    period.account = "gone";
    const auto report = sum_up({}, period, with_daemon());
    EXPECT_THAT(coverage_facts(report), ElementsAre(HasSubstr("gone: nothing is judged")));
    EXPECT_THAT(coverage_table(report).rows, SizeIs(1));
    const auto of_none = sum_up({}, week(), with_daemon());
    EXPECT_THAT(coverage_facts(of_none), ElementsAre("No account is watched at this moment."));
    EXPECT_EQ(coverage_table(of_none).when_empty, "No account is watched at this moment.");
}

TEST(SpendingInReports, AnAccountWithoutSumsOfTodayIsNamed)
{
    auto around = with_daemon();
    around.now.today.push_back(
        {.account = "production", .currency = "USD", .spent = "45.00", .available = "355.00"});
    const auto rows = spending_table(sum_up({}, week_of_production(), around)).rows;
    EXPECT_THAT(rows, ElementsAre(ElementsAre("2026-11-30 so far", "production", HasSubstr("45.00")),
                                  ElementsAre("2026-11-30 so far", "spare", HasSubstr("not known"))));
    auto over = week_of_production();
    over.is_over = true;
    EXPECT_THAT(spending_table(sum_up({}, over, with_daemon())).rows, IsEmpty());
    EXPECT_THAT(spending_table(sum_up({}, week_of_production(), running())).rows, IsEmpty())
        << "no daemon answered, which a fact says";
}

}  // namespace
}  // namespace trunkwarden
