#include "web/page_use.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkwarden::page {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PageUse, IsEmptyWhereNothingIsRead)
{
    EXPECT_EQ(use_of({}, "production").take(), "");
}

TEST(PageUse, ShowsTheMoneyOfTheDayAsAPlot)
{
    use_summary use;
    use.money = money_summary{.currency = "USD",
                              .available = whole_units(255),
                              .today = whole_units(45),
                              .last_day = whole_units(57),
                              .spent_by_hour = {12, 0, 45}};
    const auto shown = use_of(use, "production").take();
    EXPECT_THAT(shown, HasSubstr("USD 255.00 left; spent 45.00 today (UTC), 57.00 in the last 24 hours"));
    EXPECT_THAT(shown, HasSubstr("<svg class=\"spark\""));
    EXPECT_THAT(shown, HasSubstr("in the last 3 hours"));
    EXPECT_THAT(shown, Not(HasSubstr("<script")));
}

TEST(PageUse, DoesNotShowAnOldBalance)
{
    use_summary use;
    use.money = money_summary{.currency = "USD",
                              .available = {},
                              .today = {},
                              .last_day = {},
                              .spent_by_hour = {},
                              .has_pauses = true};
    const auto shown = use_of(use, "production").take();
    EXPECT_THAT(shown, HasSubstr("is not known now"));
    EXPECT_THAT(shown, HasSubstr("at least: the balance was not read throughout"));
}

TEST(PageUse, SaysWhenTheBalanceIsGone)
{
    use_summary use;
    use.money =
        money_summary{.currency = "USD", .available = {}, .today = {}, .last_day = {}, .spent_by_hour = {}};
    EXPECT_THAT(use_of(use, "production").take(), Not(HasSubstr("is gone in")));
    use.money->lasts = std::chrono::minutes(14);
    EXPECT_THAT(use_of(use, "production").take(), HasSubstr("the balance is gone in 14 min."));
}

TEST(PageUse, ShowsTheCallsOfTheLastHourByCountry)
{
    use_summary use;
    use.calls = calls_summary{{{"LV", 412, {}}, {"unknown", 2, whole_units(1)}}, true};
    const auto shown = use_of(use, "production").take();
    EXPECT_THAT(shown, HasSubstr("Latvia (LV)"));
    EXPECT_THAT(shown, HasSubstr("412"));
    EXPECT_THAT(shown, HasSubstr("a country that is not known"));
    EXPECT_THAT(shown, HasSubstr("at least: not all traffic could be read"));
}

TEST(PageUse, DoesNotTakeTrafficThatWasNotReadForNone)
{
    use_summary use;
    EXPECT_THAT(use_of(use, "production").take(), Not(HasSubstr("last hour")));
    use.calls = calls_summary{{}, false};
    EXPECT_THAT(use_of(use, "production").take(), HasSubstr("No calls are known of the last hour."));
}

TEST(PageUse, ShowsClientsThatNoEntryCoversFirstAndEscapesTheirNames)
{
    use_summary use;
    use.registered = {{"pbx01", "office", "203.0.113.20", true}, {"<b>", "office", "192.0.2.66", false}};
    use.running_calls = 3;
    const auto shown = use_of(use, "production").take();
    EXPECT_LT(shown.find("192.0.2.66"), shown.find("203.0.113.20"));
    EXPECT_THAT(shown, Not(HasSubstr("<b>")));
    EXPECT_THAT(shown, HasSubstr("3 running calls"));
}

}  // namespace
}  // namespace trunkwarden::page
