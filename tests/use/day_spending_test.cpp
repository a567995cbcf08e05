#include "use/day_spending.hpp"

#include <gtest/gtest.h>

#include "use/balances.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::minutely;
using fakes::money;

// Noon of 2026-11-22 and the days beside it.
const day today = std::chrono::floor<std::chrono::days>(fakes::noon);
constexpr auto longest = 135s;

TEST(DaySpending, AddsUpTheFallsAndRisesOfADay)
{
    minutely at(start_of(today) - 1min);
    at.read("400.00").read("390.00").read("390.00").read("385.50").read("485.50").read("480.00");
    at.wait(24 * 60);
    const auto sums = spending_on(at.record, today, longest);
    ASSERT_TRUE(sums);
    EXPECT_EQ(sums->spent, money("20.00")) << "seen after midnight, also that of the minute before";
    EXPECT_EQ(sums->topped_up, money("100.00"));
    EXPECT_EQ(sums->payments, 1U);
    EXPECT_EQ(sums->available, money("480.00"));
    EXPECT_EQ(sums->currency, "USD");
    EXPECT_FALSE(sums->is_least);
    EXPECT_FALSE(spending_on(at.record, today + 2 * std::chrono::days(1), longest)) << "not read then";
    EXPECT_FALSE(spending_on(spending_record(), today, longest));
}

TEST(DaySpending, CountsAFallOverAPauseOnceOnTheDayOnWhichItIsSeen)
{
    minutely at(start_of(today) - 1min);
    at.read("400.00").wait(10).read("300.00", 36h).wait(5);
    EXPECT_EQ(spending_on(at.record, today, longest)->spent, amount{});
    EXPECT_TRUE(spending_on(at.record, today, longest)->is_least);
    EXPECT_EQ(spending_on(at.record, today + std::chrono::days(1), longest)->spent, money("100.00"));
    EXPECT_TRUE(spending_on(at.record, today + std::chrono::days(1), longest)->is_least);
}

TEST(DaySpending, ADayThatBeganWithoutReadingsIsTheLeast)
{
    minutely at(start_of(today) + 1h);
    at.read("400.00").wait(24 * 60);
    EXPECT_TRUE(spending_on(at.record, today, longest)->is_least);
}

TEST(DaySpending, ADayOfTwoCurrenciesIsTheLeast)
{
    minutely at(start_of(today) - 1min);
    at.read("400.00").wait(5);
    at.currency = "EUR";
    at.read("300.00").read("290.00").wait(24 * 60);
    const auto sums = spending_on(at.record, today, longest);
    EXPECT_EQ(sums->currency, "EUR");
    EXPECT_EQ(sums->spent, money("10.00")) << "the change of the currency is no spending";
    EXPECT_TRUE(sums->is_least);
}

TEST(DaySpending, IsReadFromItsOwnWords)
{
    day_spending sums{today, "USD", money("12.30"), money("100.00"), 1, money("512.35"), false};
    EXPECT_EQ(words_of(sums),
              "USD 12.30 spent on 2026-11-22, USD 100.00 topped up in 1 payment, USD 512.35 left");
    EXPECT_EQ(day_spending_in(words_of(sums)), sums);
    sums = {today, "EUR", money("0.0125"), amount{}, 0, money("-3.00"), true};
    EXPECT_EQ(
        words_of(sums),
        "EUR 0.0125 spent on 2026-11-22, EUR 0.00 topped up in 0 payments, EUR -3.00 left; at least: the "
        "balance was not read all day");
    EXPECT_EQ(day_spending_in(words_of(sums)), sums);
}

TEST(DaySpending, IsReadFromNoOtherWords)
{
    const auto words = words_of({today, "USD", money("12.30"), money("100.00"), 1, money("512.35"), false});
    for (std::size_t length = 0; length < words.size(); ++length)
        EXPECT_FALSE(day_spending_in(words.substr(0, length))) << words.substr(0, length);
    for (const char* wrong :
         {"usd 1.00 spent on 2026-11-22, usd 0.00 topped up in 0 payments, usd 1.00 left",
          "USD 1.00 spent on 2026-11-31, USD 0.00 topped up in 0 payments, USD 1.00 left",
          "USD 1.00 spent on 2026-11-22, EUR 0.00 topped up in 0 payments, USD 1.00 left",
          "USD 1.00 spent on 2026-11-22, USD 0.00 topped up in x payments, USD 1.00 left",
          "USD 1.00 spent on 2026-11-22, USD 0.00 topped up in 0 payments, USD 1.00 left <b>"})
        EXPECT_FALSE(day_spending_in(wrong)) << wrong;
}

TEST(DaySpending, ADayOfTwoCurrenciesHasTheSumsOfTheLast)
{
    minutely at(start_of(today) - 1min);
    at.read("400.00").read("350.00").read("450.00");
    at.currency = "EUR";
    at.read("300.00").read("290.00").wait(24 * 60);
    const auto sums = spending_on(at.record, today, longest);
    EXPECT_EQ(sums->currency, "EUR");
    EXPECT_EQ(sums->spent, money("10.00"));
    EXPECT_EQ(sums->topped_up, amount{});
    EXPECT_EQ(sums->payments, 0U);
    EXPECT_TRUE(sums->is_least);
}

TEST(DaySpending, ADayOfTwoCurrenciesIsTheLeastAlsoAfterALaterChange)
{
    minutely at(start_of(today) - 1min);
    at.read("400.00").read("350.00");
    at.currency = "EUR";
    at.read("300.00").wait(24 * 60);
    at.currency = "USD";
    at.read("330.00").wait(5);
    const auto sums = spending_on(at.record, today, longest);
    EXPECT_EQ(sums->currency, "EUR");
    EXPECT_EQ(sums->spent, amount{});
    EXPECT_TRUE(sums->is_least);
}

}  // namespace
}  // namespace trunkwarden
