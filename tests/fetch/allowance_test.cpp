#include "fetch/allowance.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

const time_point at_ten = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 10h;

answer_hints hints(std::string limit, std::string remaining, std::string reset)
{
    answer_hints out;
    out.rate_limit = std::move(limit);
    out.rate_remaining = std::move(remaining);
    out.rate_reset = std::move(reset);
    return out;
}

// limit/remaining/ms until the reset/length of each window; "~" before those of which only the limit is
// reported
std::string told(std::string limit, std::string remaining, std::string reset)
{
    const auto read = allowances_of(hints(std::move(limit), std::move(remaining), std::move(reset)), at_ten);
    std::string out;
    for (const auto& window : read.windows)
        out += (out.empty() ? "" : " ") + std::string(window.counted ? "" : "~") +
               std::to_string(window.limit) + "/" + std::to_string(window.remaining) + "/" +
               std::to_string(window.until_reset.count()) + "/" + std::to_string(window.length.count());
    return read.unread ? out + "!" + *read.unread : out;
}

TEST(Allowances, AreReadAsTheApiTellsThem)
{
    EXPECT_EQ(told("40, 40;w=60", "39", "15"), "40/39/15000/60");
    EXPECT_EQ(told("5, 5;w=1", "4", "1"), "5/4/1000/1");
    EXPECT_EQ(told("100", "50", "30"), "100/50/30000/0") << "the bare number of the documents";
}

TEST(Allowances, HaveOneWindowForEachLength)
{
    EXPECT_EQ(told("5, 5;w=1, 100;w=60", "0", "1"), "5/0/1000/1 ~100/100/60000/60");
    EXPECT_EQ(told("100, 5;w=1, 100;w=60", "7", "42"), "100/7/42000/60 ~5/5/1000/1");
    EXPECT_EQ(told("10, 10;w=1, 10;w=3600", "3", "1800"), "10/3/1800000/3600 ~10/10/1000/1")
        << "a window of a second is over before the reset";
    EXPECT_EQ(told("10 , 10;w=1;name=\"a, b;w=9\" ,1000;w=3600", "3", "1"),
              "10/3/1000/1 ~1000/1000/3600000/3600");
}

TEST(Allowances, TakeTheLengthWhereNoResetIsTold)
{
    EXPECT_EQ(told("40, 40;w=60", "39", ""), "40/39/60000/60");
    EXPECT_EQ(told("40, 40;w=60", "", ""), "~40/40/60000/60");
    EXPECT_EQ(told("40", "39", ""), "");
    EXPECT_EQ(told("", "39", "15"), "");
    EXPECT_EQ(told("", "", ""), "");
}

TEST(Allowances, TakeAResetAsUnixTime)
{
    const auto then = std::chrono::system_clock::to_time_t(at_ten) + 20;
    EXPECT_EQ(told("40, 40;w=60", "39", std::to_string(then)), "40/39/21000/60");
}

TEST(Allowances, OfAFormThatNobodyKnowsAreToldAndIgnored)
{
    EXPECT_EQ(told("plenty", "39", "15"), "!x-ratelimit-limit: plenty");
    EXPECT_EQ(told("limit=40, remaining=39", "", ""), "!x-ratelimit-limit: limit=40, remaining=39");
    EXPECT_EQ(told("40, 40;w=0", "39", "15"), "!x-ratelimit-limit: 40, 40;w=0");
    EXPECT_EQ(told("40,,40", "39", "15"), "!x-ratelimit-limit: 40,,40");
    EXPECT_EQ(told("-1", "39", "15"), "!x-ratelimit-limit: -1");
    EXPECT_EQ(told("99999999999999999999", "39", "15"), "!x-ratelimit-limit: 99999999999999999999");
    EXPECT_EQ(told("40, 40;w=60", "many", "15"), "~40/40/60000/60!x-ratelimit-remaining: many");
    EXPECT_EQ(told("40, 40;w=60", "39", "soon"), "40/39/60000/60!x-ratelimit-reset: soon");
    EXPECT_EQ(told("\x1b[31m", "", ""), "!x-ratelimit-limit: \\u{1b}[31m");
}

TEST(Allowances, OfOneAnswerAreFew)
{
    std::string many = "1";
    for (int length = 1; length < 5000; ++length)
        many += ", 1;w=" + std::to_string(length);
    EXPECT_EQ(allowances_of(hints(many, "1", "1"), at_ten).windows.size(), 4U);
    EXPECT_LT(allowances_of(hints(std::string(5000, 'x'), "", ""), at_ten).unread.value().size(), 100U);
}

}  // namespace
}  // namespace trunkwarden
