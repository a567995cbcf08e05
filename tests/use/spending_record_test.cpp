#include "use/spending_record.hpp"

#include <gtest/gtest.h>

#include "use/balances.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::minutely;
using fakes::money;

TEST(SpendingRecord, TakesFallsForSpendingAndRisesForTopUps)
{
    minutely at;
    at.read("300.00").read("297.50").read("397.50").read("397.00");
    const auto changes = at.record.changes();
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(changes[0].spent, money("2.50"));
    EXPECT_EQ(changes[1].topped_up, money("100.00"));
    EXPECT_EQ(changes[1].source, top_up::auto_recharge);
    EXPECT_EQ(changes[2].ended - changes[2].began, 60s);
    EXPECT_EQ(at.record.spent(), money("3.00"));
    EXPECT_EQ(at.record.top_ups().at(static_cast<std::size_t>(top_up::auto_recharge)), 1U);
}

TEST(SpendingRecord, TellsWhereTheMoneyCameFrom)
{
    minutely at;
    at.read("10.00").read("60.00");
    EXPECT_EQ(at.record.last().cause, top_up::by_hand) << "less than what is recharged";
    at.known.by.reset();
    at.read("600.00");
    EXPECT_EQ(at.record.last().cause, top_up::by_hand) << "nothing is recharged by itself";
    at.known.is_known = false;
    at.read("900.00");
    EXPECT_EQ(at.record.last().cause, top_up::not_known);
}

TEST(SpendingRecord, KeepsOneSampleOfABalanceThatStays)
{
    minutely at;
    at.read("300.00").wait(500);
    ASSERT_EQ(at.record.samples().size(), 1U);
    EXPECT_EQ(at.record.last().until - at.record.last().since, 500min);
    at.read("300.00", 10min);
    EXPECT_EQ(at.record.samples().size(), 2U) << "nobody knows what happened meanwhile";
    EXPECT_TRUE(at.record.changes().empty());
}

TEST(SpendingRecord, KnowsWhetherItWasReadAllTheTime)
{
    minutely at;
    at.read("300.00").wait(30);
    EXPECT_TRUE(at.record.covers(at.now - 30min, 75s));
    EXPECT_FALSE(at.record.covers(at.now - 31min, 75s)) << "before the first reading";
    at.read("299.00", 10min).wait(5);
    EXPECT_FALSE(at.record.covers(at.now - 20min, 75s));
    EXPECT_TRUE(at.record.covers(at.now - 20min, 15min));
    EXPECT_TRUE(at.record.covers(at.now - 4min, 75s));
}

TEST(SpendingRecord, ComparesNoTwoCurrencies)
{
    minutely at;
    at.read("300.00").read("298.00");
    EXPECT_FALSE(at.record.currency_changed_at());
    at.currency = "EUR";
    at.read("100.00").read("99.00");
    EXPECT_EQ(at.record.currency_changed_at(), at.now - 60s);
    ASSERT_EQ(at.record.changes().size(), 2U);
    EXPECT_EQ(at.record.changes()[1].spent, money("1.00"));
    EXPECT_EQ(at.record.spent(), money("1.00")) << "of the currency that is read now";
    EXPECT_EQ(at.record.top_ups(), spending_record().top_ups())
        << "a balance in another currency is no top-up";
}

TEST(SpendingRecord, ForgetsAfterTwoDaysAndNotWithWhatTheNextChangeBegan)
{
    minutely at;
    at.read("300.00").read("299.00").read("298.00", 60h);
    ASSERT_EQ(at.record.samples().size(), 2U);
    at.read("297.00");
    ASSERT_EQ(at.record.changes().size(), 2U);
    EXPECT_EQ(at.record.changes()[0].spent, money("1.00"));
}

TEST(SpendingRecord, HasABoundAndKeepsTheSum)
{
    minutely at;
    for (int i = 0; i < 20'000; ++i)
        at.read(to_text(whole_units(50'000 - i)), 5s);
    EXPECT_LE(at.record.samples().size(), spending_record::most_samples);
    amount sum;
    for (const auto& change : at.record.changes())
        sum += change.spent;
    EXPECT_EQ(sum, whole_units(19'999));
}

TEST(SpendingRecord, ForgetsWhatAnotherClockDated)
{
    minutely at;
    at.read("300.00").read("299.00").read("298.00");
    at.read("297.00", -90s);
    EXPECT_EQ(at.record.last().is.available, money("297.00"));
    const auto& samples = at.record.samples();
    for (std::size_t i = 1; i < samples.size(); ++i)
        EXPECT_LE(samples[i - 1].until, samples[i].since);
}

TEST(SpendingRecord, GoesOnAfterARestart)
{
    minutely before;
    before.read("300.00").wait(3).read("299.00").read("350.00");
    const auto unsaved = before.record.take_unsaved();
    EXPECT_TRUE(before.record.take_unsaved().empty());
    std::vector<balance_sample> kept;
    for (const auto& [since, sample] : unsaved)
        kept.push_back(sample);
    EXPECT_EQ(kept, before.record.samples());

    minutely after(before.now + 5min);
    after.record.restore(kept);
    EXPECT_EQ(after.record.spent(), amount{}) << "the counters are those of the process";
    after.read("340.00", 0s);
    EXPECT_EQ(after.record.changes().size(), 3U);
    EXPECT_EQ(after.record.spent(), whole_units(10));
    EXPECT_EQ(after.record.take_unsaved().size(), 1U);
    spending_record empty;
    empty.restore({});
    EXPECT_TRUE(empty.is_empty());
}

}  // namespace
}  // namespace trunkwarden
