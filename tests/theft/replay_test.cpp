#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/ascii.hpp"
#include "theft/evaluation.hpp"

// A small run of tests/bench/theft: the thresholds are those of the whole one, whose figures are in
// docs/performance.md.

namespace trunkwarden::theft {
namespace {

using namespace std::chrono_literals;

std::vector<double> seconds_in(const std::vector<theft_told>& thefts,
                               std::optional<std::chrono::seconds> theft_told::*which)
{
    std::vector<double> out;
    for (const auto& each : thefts)
        if (each.*which)
            out.push_back(static_cast<double>((each.*which)->count()));
    return out;
}

// Some businesses, with the limits that capture proposed.
class TheftReplay : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        evaluated_by asked;
        asked.seeds = {201, 202};
        asked.days = 21;
        asked.visited_by = {thief::burst, thief::prober, thief::sms_pumper, thief::beside,
                            thief::sleeping_key};
        asked.only = {"small office", "clinic on Mondays", "number purchases"};
        seen() = evaluate_thefts(asked);
    }

    static std::vector<theft_told>& seen()
    {
        static std::vector<theft_told> all;
        return all;
    }

    static std::vector<theft_told> thefts_by(thief who)
    {
        std::vector<theft_told> out;
        for (const auto& each : seen())
            if (each.who == who)
                out.push_back(each);
        return out;
    }
};

TEST_F(TheftReplay, TellsABurstWithinThreeMinutesOfTheFirstRatedCall)
{
    const auto after = seconds_in(thefts_by(thief::burst), &theft_told::after_first_rated);
    ASSERT_EQ(after.size(), 6U) << "each is told";
    EXPECT_LE(median(after).value(), 180);
}

TEST_F(TheftReplay, TellsAProberWithinNinetySecondsOfTheFirstRefusedAttempt)
{
    const auto after = seconds_in(thefts_by(thief::prober), &theft_told::after_first_refused);
    ASSERT_EQ(after.size(), 6U) << "each is told";
    EXPECT_LE(median(after).value(), 90);
}

TEST_F(TheftReplay, TellsThievesBeforeMuchIsGone)
{
    std::vector<double> lost;
    for (const auto& each : seen()) {
        EXPECT_TRUE(each.after) << words_of(each.who) << " at " << each.victim;
        lost.push_back(static_cast<double>(each.lost_until_stopped) / 1e6);
    }
    EXPECT_LE(median(lost).value(), 75);
}

struct honest_business {
    limits_from limits;
    std::string name;
};

// Each a test of its own, so that processes share them.
class HonestBusiness : public testing::TestWithParam<honest_business> {};

TEST_P(HonestBusiness, IsToldOnceAMonthAtMost)
{
    evaluated_by asked;
    asked.limits = GetParam().limits;
    asked.only = {GetParam().name};
    asked.seeds = {203, 204};
    asked.days = 30;
    asked.traffic_each = 10;  // for a machine that has more to do
    const auto told = evaluate_honest(asked);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_LE(told.front().a_month(), 1) << fmt::format("{}", fmt::join(told.front().ids, ", "));
}

std::vector<honest_business> honest_businesses()
{
    std::vector<honest_business> out;
    for (const auto& business : businesses())
        out.push_back({limits_from::capture, std::string(business.name)});
    for (const auto* name : {"small office", "number purchases", "moving phones", "international sales"})
        out.push_back({limits_from::hand, name});
    return out;
}

INSTANTIATE_TEST_SUITE_P(EachWith, HonestBusiness, testing::ValuesIn(honest_businesses()),
                         [](const testing::TestParamInfo<honest_business>& at) {
                             std::string name =
                                 at.param.limits == limits_from::hand ? "by_hand_" : "captured_";
                             for (const char letter : at.param.name)
                                 if (is_letter_or_digit(letter))
                                     name += letter;
                             return name;
                         });

// Without limits nobody is notified: the figures above come from the judgement.
TEST(ReplayedUse, TellsNobodyWithoutLimits)
{
    const auto& whose = businesses().front();
    const auto first = day(std::chrono::year(2026) / 1 / 5);
    auto stream = honest_use(whose, 1, first, {4, 6});
    add_theft(stream, make_theft(thief::burst, whose, 1, first + std::chrono::days(4)));
    EXPECT_TRUE(replay(stream, {}, {}).empty());
    EXPECT_FALSE(replay(stream, limits_by_hand(whose), {}).empty());
}

TEST(ReplayedUse, IsTheSameDayOfTheSameSeed)
{
    for (const auto& whose : businesses()) {
        const auto date = day(std::chrono::year(2026) / 1 / 6);
        const auto made = use_of_day(whose, 5, 1, date).calls;
        const auto again = use_of_day(whose, 5, 1, date).calls;
        const auto other = use_of_day(whose, 6, 1, date).calls;
        ASSERT_FALSE(made.empty()) << whose.name;
        EXPECT_TRUE(std::ranges::equal(made, again, {}, &made_use::started, &made_use::started))
            << whose.name;
        EXPECT_FALSE(std::ranges::equal(made, other, {}, &made_use::started, &made_use::started))
            << whose.name;
    }
}

TEST(ReplayedUse, CountsAlarmsTogetherThatComeTogether)
{
    const time_point at = day(std::chrono::year(2026) / 1 / 6);
    EXPECT_EQ(times_told({}), 0U);
    EXPECT_EQ(times_told({{at, "a"}, {at + 10min, "b"}, {at + 20min, "c"}, {at + 2h, "a"}}), 2U);
}

}  // namespace
}  // namespace trunkwarden::theft
