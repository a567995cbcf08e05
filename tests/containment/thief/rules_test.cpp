#include "containment/thief/rules.hpp"

#include <gtest/gtest.h>

#include <string>

#include "containment/thief/search.hpp"

namespace trunkwarden::thief {
namespace {

// A daemon that is broken in one way, and a schedule in which that shows.
struct broken_daemon {
    planted plant;
    std::string rule;
    std::string steps;
};

void PrintTo(const broken_daemon& some, std::ostream* out)
{
    *out << some.rule;
}

class ThiefRules : public testing::TestWithParam<broken_daemon> {};

TEST_P(ThiefRules, FindTheDaemonThatBreaksThem)
{
    const auto schedule = schedule_of(GetParam().steps);
    const auto found = run_schedule(schedule, GetParam().plant);
    ASSERT_TRUE(found.broken);
    EXPECT_EQ(found.broken->rule, GetParam().rule) << found.broken->sentence;
}

TEST_P(ThiefRules, FindNothingWithoutIt)
{
    const auto found = run_schedule(schedule_of(GetParam().steps));
    EXPECT_FALSE(found.broken) << found.broken->rule << ": " << found.broken->sentence;
}

const std::string many_new = "create:0,create:1,create:2,create:3,create:4,create:5 - - - - -";
const std::string poked = "change:0 - poke:2 - - - - - - wait:32 - wait:32 - - - - -";
const std::string put_back_and_changed_at_once =
    "change:7 toggle:22 wait:31,change:31 - - change:6 wait:32 - - - -";
const std::string stalled = "stall:0 create:2 - wait:32 - - - - -";
const std::string heavy_after_light = "mode:1,light_first:0 mode:0 - wait:32 - - - - -";
const std::string hidden_for_long = "hide:24 wait:1 - wait:1 - wait:1 - wait:1 - -";

INSTANTIATE_TEST_SUITE_P(
    Planted, ThiefRules,
    testing::Values(
        broken_daemon{planted::writes_to_trusted, "nothing_trusted_is_written", "-"},
        broken_daemon{planted::ignores_freeze, "nothing_is_written_while_frozen", "freeze:0 create:2 -"},
        broken_daemon{planted::ignores_journal, "only_what_may_be_is_written", "-"},
        broken_daemon{planted::tells_nobody, "heavy_is_told", "create:2 - - - - -"},
        broken_daemon{planted::never_acts, "heavy_is_answered", "create:1 - wait:32 - - - - -"},
        // It reports each of them as critical, and does nothing.
        broken_daemon{planted::never_acts, "heavy_is_answered", "create:2 - wait:32 - - - - -"},
        broken_daemon{planted::gives_up_on_pokes, "heavy_is_answered", poked},
        broken_daemon{planted::gives_up_on_returns, "heavy_is_answered", put_back_and_changed_at_once},
        broken_daemon{planted::starves_behind_stalled, "heavy_is_answered", stalled},
        broken_daemon{planted::content_with_a_light_step, "heavy_is_answered", heavy_after_light},
        broken_daemon{planted::lightest_alerts_first, "heaviest_alerts_go_first",
                      "- - - - flood:7 flood:3 - flood:5,flood:0 create:2 -"},
        broken_daemon{planted::blind_is_light, "blind_to_money_is_told_critically", hidden_for_long},
        broken_daemon{planted::lost_state_acts, "lost_state_is_frozen", "lose_state:0 create:2 - -"},
        broken_daemon{planted::passes_limits, "limits_hold", many_new},
        broken_daemon{planted::undoes_badly, "what_is_undone_is_as_before", "create:2 - -"},
        broken_daemon{planted::grows, "memory_is_bounded", "- - - -"}));

TEST(ThiefSchedule, IsReadAsItIsPrinted)
{
    std::mt19937 random(5);
    for (int times = 0; times < 100; ++times) {
        const auto schedule = random_schedule(random, 10);
        EXPECT_EQ(schedule_of(text_of(schedule)), schedule);
        const auto other = mutated(random, schedule, random_schedule(random, 10));
        EXPECT_EQ(other.size(), schedule.size());
        EXPECT_EQ(schedule_of(text_of(other)), other);
    }
    EXPECT_THROW(schedule_of("dance:1"), std::invalid_argument);
    EXPECT_THROW(schedule_of("wait:x"), std::invalid_argument);
}

TEST(ThiefSchedule, DoesTheSameEachTime)
{
    std::mt19937 random(9);
    const auto schedule = random_schedule(random, 30);
    const auto first = run_schedule(schedule);
    const auto second = run_schedule(schedule);
    EXPECT_EQ(first.closeness, second.closeness);
    EXPECT_EQ(first.writes, second.writes);
    EXPECT_EQ(first.undone, second.undone);
}

}  // namespace
}  // namespace trunkwarden::thief
