#include "watch/spending_watch.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <utility>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/account_gauges.hpp"
#include "watch/coverage_check.hpp"
#include "watch/state_restore.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view limited =
    "version: 1\nspending: {max_per_minute: \"3.00\", max_per_day: \"100\"}\n";

class SpendingWatch : public testing::Test, protected fakes::quiet_account {
protected:
    SpendingWatch() { build(std::string(limited)); }

    // The balance of the next reading; the last one stays.
    void has(std::string_view available, std::string_view currency = "USD")
    {
        api->answer("/balance", fmt::format(R"({{"data":{{"available_credit":"{}","currency":"{}"}}}})",
                                            available, currency));
    }

    void read_once()
    {
        run(read_balance(*watched));
        now += 60s;
    }

    const coverage& spending() const { return seen("spending"); }
};

TEST_F(SpendingWatch, IsNotReadAndAcceptedWithoutASection)
{
    build("version: 1\n");
    run(sweep(*watched));
    EXPECT_EQ(std::ranges::count(api->sent, "/balance"), 0);
    EXPECT_EQ(spending().state, reading_state::accepted);
    EXPECT_EQ(spending().reason, "the baseline says nothing about it");
    const auto gauges = gauges_of(*watched);
    const auto told = std::ranges::find(gauges.resources, "spending", &resource_gauges::resource);
    EXPECT_TRUE(told == gauges.resources.end() || !told->complete) << "a rule would take it for a hole";
    EXPECT_FALSE(gauges.spending);
}

TEST_F(SpendingWatch, IsReadOnceByASweep)
{
    has("300.00");
    run(sweep(*watched));
    EXPECT_EQ(std::ranges::count(api->sent, "/balance"), 1);
    EXPECT_EQ(spending().state, reading_state::complete) << spending().reason;
}

TEST_F(SpendingWatch, TellsABurstAndThatItIsOver)
{
    has("300.00");
    has("255.00");
    read_once();
    EXPECT_TRUE(listener.told.empty());
    read_once();
    EXPECT_TRUE(told("opened exceeded spending max_per_minute"));
    EXPECT_FALSE(told("opened exceeded spending max_per_day"));
    read_once();
    EXPECT_TRUE(told("resolved exceeded spending max_per_minute"));
    const auto gauges = gauges_of(*watched);
    ASSERT_TRUE(gauges.spending);
    EXPECT_EQ(gauges.spending->balance, whole_units(255));
    EXPECT_EQ(gauges.spending->spent, whole_units(45));
    EXPECT_EQ(gauges.spending->lasts_seconds, 680) << "45 in two minutes, and 255 are left";
    EXPECT_EQ(gauges.spending->currency, "USD");
}

TEST_F(SpendingWatch, KeepsAFindingAndClaimsNothingWhileTheBalanceCannotBeRead)
{
    has("300.00");
    has("255.00");
    api->fail("/balance", errc::server_error);
    read_once();
    read_once();
    for (int minute = 0; minute < 10; ++minute) {
        run(sweep(*watched));
        now += 60s;
    }
    EXPECT_EQ(spending().state, reading_state::failed);
    EXPECT_FALSE(told("resolved exceeded spending max_per_minute"));
    EXPECT_TRUE(told("opened blind spending spending"));
    EXPECT_FALSE(watched->complete());
    const auto gauges = gauges_of(*watched);
    ASSERT_TRUE(gauges.spending);
    EXPECT_FALSE(gauges.spending->balance) << "an old number must not stand for today's";
    EXPECT_FALSE(gauges.spending->lasts_seconds);
    EXPECT_EQ(gauges.spending->spent, whole_units(45));
}

TEST_F(SpendingWatch, WritesDownTheSpendingOfADayThatIsOverOnce)
{
    const auto written = [this] {
        auto out = take_unsaved(watched->config, watched->memory, [](const std::string&) { return false; });
        return std::move(out.events);
    };
    now = start_of(std::chrono::floor<std::chrono::days>(now)) + 24h - 90s;
    has("300.00");
    has("290.50");
    has("280.00");
    read_once();
    read_once();
    EXPECT_TRUE(written().empty()) << "the day is not over";
    read_once();
    const auto events = written();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, history_kind::spent);
    EXPECT_EQ(events[0].at, now - 60s) << "when it was seen";
    EXPECT_EQ(events[0].account, "test");
    EXPECT_EQ(events[0].resource, "spending");
    const auto sums = day_spending_in(events[0].sentence);
    ASSERT_TRUE(sums) << events[0].sentence;
    EXPECT_EQ(sums->date, std::chrono::floor<std::chrono::days>(now) - std::chrono::days(1));
    EXPECT_EQ(sums->spent, parse_amount("9.50")) << "the fall after midnight is of the next day";
    EXPECT_TRUE(sums->is_least) << "the balance was read from 23:58:30 on";
    read_once();
    EXPECT_TRUE(written().empty());
}

TEST_F(SpendingWatch, ADayThatEndedDuringARestartIsWrittenDownAfterIt)
{
    const auto midnight = start_of(std::chrono::floor<std::chrono::days>(now)) + 24h;
    kept_state kept;
    const auto balance_at = [](std::string_view available) {
        return balance{parse_amount(available).value(), "USD"};
    };
    kept.balances["test"] = {{midnight - 3h, midnight - 2h, balance_at("300.00")},
                             {midnight - 2h + 1min, midnight - 1h, balance_at("260.00")}};
    restore_history(watched->config, watched->memory, kept);
    now = midnight + 2h;
    has("255.00");
    read_once();
    const auto events =
        take_unsaved(watched->config, watched->memory, [](const std::string&) { return false; }).events;
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(day_spending_in(events[0].sentence)->spent, whole_units(40));
}

TEST_F(SpendingWatch, ABalanceThatIsNoneIsAFailureAndNoZero)
{
    has("300.00");
    api->answer("/balance", R"({"data":{"available_credit":null,"currency":"USD"}})");
    read_once();
    read_once();
    EXPECT_EQ(spending().state, reading_state::unavailable);
    EXPECT_TRUE(listener.told.empty()) << "300 were not spent";
}

TEST_F(SpendingWatch, SaysThatTheCurrencyChangedAndMakesNoAllClear)
{
    has("300.00");
    has("255.00");
    has("255.00", "EUR");
    for (int minute = 0; minute < 5; ++minute)
        read_once();
    EXPECT_EQ(spending().state, reading_state::unavailable);
    EXPECT_NE(spending().reason.find("became EUR"), std::string::npos) << spending().reason;
    EXPECT_FALSE(told("resolved exceeded spending max_per_minute"));
}

TEST_F(SpendingWatch, KnowsWhatIsRechargedByItself)
{
    answer("/payment/auto_recharge_prefs", R"({"enabled":true,"recharge_amount":"100.00"})");
    run(sweep(*watched));
    run(sweep(*watched));  // the first one got the answer before
    has("10.00");
    has("110.00");
    has("160.00");
    read_once();
    read_once();
    EXPECT_EQ(watched->memory.spending.record.last().cause, top_up::auto_recharge);
    read_once();
    EXPECT_EQ(watched->memory.spending.record.last().cause, top_up::by_hand);
}

TEST_F(SpendingWatch, GoesOnWithTheDayAfterARestart)
{
    has("300.00");
    has("240.00");
    read_once();
    read_once();
    EXPECT_FALSE(told("opened exceeded spending max_per_day"));
    auto left = take_unsaved(watched->config, watched->memory, [](const std::string&) { return false; });
    kept_state kept;
    for (const auto& [key, sample] : left.balances) {
        EXPECT_EQ(key.first, "test");
        kept.balances[key.first].push_back(sample);
    }
    EXPECT_TRUE(take_unsaved(watched->config, watched->memory, [](const std::string&) {
                    return false;
                }).balances.empty());

    build(std::string(limited));
    kept.balances["another"] = {{now, now, {whole_units(1), "USD"}, top_up::none}};
    restore_history(watched->config, watched->memory, kept);
    has("190.00");
    read_once();
    EXPECT_TRUE(told("opened exceeded spending max_per_day")) << "60 before the restart, 50 after it";
}

TEST_F(SpendingWatch, EndsWithTheSectionAndBeginsWithIt)
{
    has("300.00");
    has("255.00");
    read_once();
    read_once();
    const auto section = std::exchange(watched->config.baseline.spending, {});
    evaluate_coverage(*watched);
    EXPECT_TRUE(told("resolved exceeded spending max_per_minute"));
    EXPECT_EQ(spending().state, reading_state::accepted);
    watched->config.baseline.spending = section;
    watched->memory.spending.read_at.reset();
    evaluate_coverage(*watched);
    EXPECT_EQ(spending().state, reading_state::never);
    EXPECT_FALSE(told("opened blind spending spending")) << "it was not asked for until now";
}

}  // namespace
}  // namespace trunkwarden
