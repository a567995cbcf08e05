#include "audit/audit_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace trunkwarden {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const time_point start = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + hours(12);

audit_event made(std::string id, time_point at)
{
    audit_event out;
    out.id = std::move(id);
    out.by.at = at;
    return out;
}

std::vector<std::string> ids(const std::vector<audit_event>& events)
{
    std::vector<std::string> out;
    for (const auto& event : events)
        out.push_back(event.id);
    return out;
}

using names = std::vector<std::string>;

TEST(AuditMemory, LooksBackADayAtFirstAndEveryTenMinutesAQuarterOfAnHourEachMinuteAndLittleBetween)
{
    audit_memory memory;
    EXPECT_EQ(memory.look_back_to(start), start - hours(24));
    memory.take({}, start);
    EXPECT_EQ(memory.look_back_to(start + seconds(10)), start - minutes(2))
        << "two minutes before the one before";
    memory.take({}, start + seconds(10));
    EXPECT_EQ(memory.look_back_to(start + minutes(1)), start + minutes(1) - minutes(15));
    memory.take({}, start + minutes(9));
    EXPECT_EQ(memory.look_back_to(start + minutes(10)), start + minutes(10) - hours(24));
    memory.take({}, start + minutes(10));
    EXPECT_EQ(memory.look_back_to(start + minutes(11)), start + minutes(11) - minutes(15));
}

TEST(AuditMemory, LooksBackBeyondTheTimeInWhichItCouldNotRead)
{
    audit_memory memory;
    memory.take({}, start);
    EXPECT_EQ(memory.look_back_to(start + hours(30)), start - minutes(15));
    EXPECT_EQ(memory.look_back_to(start + hours(100)), start + hours(53));
    EXPECT_EQ(memory.look_back_to(start - hours(1)), start - hours(25)) << "the clock was set back";
}

TEST(AuditMemory, AfterARestartLooksBackToWhatTheRunBeforeSawLast)
{
    audit_memory memory;
    memory.restore({made("a", start - hours(40)), made("b", start - hours(30))});
    EXPECT_EQ(memory.look_back_to(start), start - hours(30) - minutes(15));
}

TEST(AuditMemory, ALogThatWasCutOffCoversNothing)
{
    audit_memory memory;
    for (int minute = 0; minute <= 20; ++minute)
        memory.take({}, start + minutes(minute));
    EXPECT_TRUE(memory.covers(start, start + minutes(20)));
    memory.take({}, start + minutes(21), audit_memory::reach::part_of_it);
    EXPECT_FALSE(memory.covers(start, start + minutes(21)));
}

TEST(AuditMemory, GivesEachEventOnceAndOldestFirst)
{
    audit_memory memory;
    EXPECT_EQ(ids(memory.take({made("b", start - seconds(1)), made("a", start - seconds(2)),
                               made("b", start - seconds(1))},
                              start)),
              (names{"a", "b"}));
    EXPECT_EQ(
        ids(memory.take({made("a", start - seconds(2)), made("c", start - seconds(3))}, start + seconds(10))),
        (names{"c"}))
        << "late, and older than what is known";
    EXPECT_TRUE(memory.take({}, start + seconds(20)).empty());
    EXPECT_EQ(ids({memory.recent().begin(), memory.recent().end()}), (names{"c", "a", "b"}));
    EXPECT_EQ(memory.read_at(), start + seconds(20));
}

TEST(AuditMemory, KnowsTheEventsOfAnEarlierRun)
{
    audit_memory memory;
    memory.restore({made("b", start - minutes(1)), made("a", start - minutes(2))});
    EXPECT_FALSE(memory.read_at()) << "they do not count as a look-up";
    EXPECT_EQ(ids(memory.take({made("a", start - minutes(2)), made("c", start)}, start)), (names{"c"}));
    EXPECT_EQ(memory.recent().size(), 3U);
}

TEST(AuditMemory, CountsEventsOnceWhoseClockIsWrong)
{
    audit_memory memory;
    const auto ahead = made("ahead", start + hours(3));
    const auto behind = made("behind", start - hours(23));
    EXPECT_EQ(memory.take({ahead, behind}, start).size(), 2U);
    for (auto now = start; now < start + hours(20); now += minutes(1))
        EXPECT_TRUE(memory.take({ahead, behind}, now).empty());
    EXPECT_TRUE(memory.take({ahead, behind}, start - hours(2)).empty()) << "our clock was set back";
}

TEST(AuditMemory, SaysNothingTwiceOfWhatIsOlderThanItsMemory)
{
    audit_memory memory;
    const auto old = made("old", start - hours(49));
    EXPECT_TRUE(memory.take({old}, start).empty());
    const auto ages = made("ages", start);
    EXPECT_EQ(memory.take({ages}, start).size(), 1U);
    EXPECT_TRUE(memory.take({ages}, start + hours(60)).empty());
    EXPECT_TRUE(memory.recent().empty());
}

TEST(AuditMemory, KeepsTheNewestTenThousandAndStillKnowsTheOthers)
{
    audit_memory memory;
    std::vector<audit_event> flood;
    for (int i = 0; i < 30'000; ++i)
        flood.push_back(made("e" + std::to_string(i), start - hours(20) + seconds(i)));
    EXPECT_EQ(memory.take(flood, start).size(), 30'000U);
    EXPECT_EQ(memory.recent().size(), 10'000U);
    EXPECT_EQ(memory.recent().front().id, "e20000");
    EXPECT_TRUE(memory.take(flood, start + minutes(20)).empty());
}

TEST(AuditMemory, StaysBoundedInAFloodAndSaysNothingOfItTwice)
{
    audit_memory memory;
    std::vector<audit_event> flood;
    for (int i = 0; i < 250'000; ++i)
        flood.push_back(made("e" + std::to_string(i), start - hours(23) + std::chrono::milliseconds(i)));
    EXPECT_EQ(memory.take(flood, start).size(), 250'000U);
    EXPECT_TRUE(memory.take(flood, start + minutes(20)).empty());
    EXPECT_EQ(ids(memory.take({made("next", start + minutes(21))}, start + minutes(21))), (names{"next"}));
}

TEST(AuditMemory, CoversOnlyTheTimeOverWhichItLookedOftenEnough)
{
    audit_memory memory;
    EXPECT_FALSE(memory.covers(start, start));
    for (int minute = 0; minute <= 20; minute += 5)
        memory.take({}, start + minutes(minute));
    EXPECT_TRUE(memory.covers(start, start + minutes(20)));
    EXPECT_FALSE(memory.covers(start - seconds(1), start + minutes(20)));
    EXPECT_FALSE(memory.covers(start, start + minutes(20) + seconds(1))) << "not looked at since";
    memory.take({}, start + minutes(26));
    EXPECT_FALSE(memory.covers(start, start + minutes(26))) << "six minutes without a look";
    EXPECT_TRUE(memory.covers(start + minutes(26), start + minutes(26)));
    memory.take({}, start + minutes(10));
    EXPECT_FALSE(memory.covers(start + minutes(9), start + minutes(10))) << "the clock was set back";
}

// An audit log as Telnyx's may be: late, unordered, repeating, now and then empty, on a clock of its own.
class unreliable_log {
public:
    unreliable_log(unsigned seed, seconds skew) : random_(seed), skew_(skew) {}

    void make(time_point now)
    {
        const auto visible = now + seconds(below(3) == 0 ? below(6 * 3600) : below(120));
        written_.push_back({made("e" + std::to_string(written_.size()), now + skew_), visible});
    }

    std::vector<audit_event> read(time_point after, time_point now)
    {
        std::vector<audit_event> out;
        if (below(10) == 0)
            return out;
        for (const auto& [event, visible] : written_) {
            if (visible > now || event.by.at <= after)
                continue;
            out.push_back(event);
            if (below(5) == 0)
                out.push_back(event);
        }
        std::ranges::shuffle(out, random_);
        return out;
    }

    std::size_t written() const { return written_.size(); }
    long below(long limit) { return std::uniform_int_distribution<long>(0, limit - 1)(random_); }

private:
    struct entry {
        audit_event event;
        time_point visible;
    };
    std::mt19937 random_;
    seconds skew_;
    std::vector<entry> written_;
};

TEST(AuditMemory, LosesNoEventAndCountsNoneTwiceHoweverTheLogBehaves)
{
    for (const unsigned seed : {1U, 2U, 3U, 4U}) {
        unreliable_log log(seed, seconds(3600) * (static_cast<int>(seed) - 2));
        audit_memory memory;
        std::map<std::string, int> told;
        auto now = start;
        for (const auto last = start + hours(12); now < last; now += seconds(10 + log.below(90))) {
            if (log.below(4) == 0)
                log.make(now);
            const auto found = memory.take(log.read(memory.look_back_to(now), now), now);
            EXPECT_TRUE(std::ranges::is_sorted(found, {}, [](const audit_event& e) { return e.by.at; }));
            for (const auto& event : found)
                ++told[event.id];
        }
        for (int more = 0; more < 120; ++more) {  // until the last of the late ones have come
            now += minutes(6);
            for (const auto& event : memory.take(log.read(memory.look_back_to(now), now), now))
                ++told[event.id];
        }
        EXPECT_GT(log.written(), 100U);
        EXPECT_EQ(told.size(), log.written()) << "seed " << seed;
        EXPECT_TRUE(std::ranges::all_of(told, [](const auto& each) { return each.second == 1; }))
            << "seed " << seed;
    }
}

// The state file keeps the newest events only; those before were seen all the same.
TEST(AuditMemory, AnEventThatAnEarlierRunForgotIsNoNews)
{
    audit_memory memory;
    memory.restore({made("kept", start - minutes(1))}, start - minutes(10));
    const auto fresh = memory.take({made("forgotten", start - minutes(11)), made("late", start - minutes(9)),
                                    made("kept", start - minutes(1))},
                                   start);
    EXPECT_EQ(ids(fresh), names{"late"});
}

TEST(AuditMemory, RemembersTheFirstChangesOfALargeEventAndHandsOutAllOfThem)
{
    auto large = made("large", start - minutes(1));
    for (int number = 0; number < 200; ++number)
        large.changes.push_back({std::string(300, 'x'), "", ""});
    audit_memory memory;
    const auto fresh = memory.take({large}, start);
    ASSERT_EQ(fresh.size(), 1U);
    EXPECT_EQ(fresh[0].changes.size(), 200U);
    ASSERT_EQ(memory.recent().size(), 1U);
    EXPECT_EQ(memory.recent()[0].changes.size(), 13U);
}

}  // namespace
}  // namespace trunkwarden
