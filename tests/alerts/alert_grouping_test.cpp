#include "alerts/alert_grouping.hpp"

#include <gtest/gtest.h>

#include "fakes/deviations.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using fakes::noon;

std::vector<finding_event> openings(int from, int count)
{
    std::vector<finding_event> out;
    for (int i = from; i < from + count; ++i)
        out.push_back(event(transition::opened, std::to_string(i), severity::high));
    return out;
}

TEST(AlertGrouping, HoldsEverythingAtFirstSightUntilTheSweepEnds)
{
    alert_grouping gathered(true);
    EXPECT_TRUE(gathered.add(openings(0, 1), noon).empty());
    EXPECT_TRUE(gathered.add(openings(1, 3), noon + 1s).empty());
    EXPECT_TRUE(gathered.holds("f-2"));
    EXPECT_FALSE(gathered.is_due(noon + 2s));
    gathered.end_sweep();
    EXPECT_TRUE(gathered.is_due(noon + 2s));
    EXPECT_EQ(gathered.take().size(), 4U);
    EXPECT_FALSE(gathered.holds("f-2"));
    EXPECT_EQ(gathered.add(openings(9, 1), noon + 3s).size(), 1U) << "seen before: told at once";
}

TEST(AlertGrouping, ASlowFirstSweepDoesNotHoldThemForEver)
{
    alert_grouping gathered(true);
    gathered.add(openings(0, 1), noon);
    EXPECT_FALSE(gathered.is_due(noon + 29s));
    EXPECT_TRUE(gathered.is_due(noon + 30s));
}

TEST(AlertGrouping, LaterOnlyThoseBeyondTheFirstTenOfASweepWait)
{
    alert_grouping gathered(false);
    EXPECT_EQ(gathered.add(openings(0, 6), noon).size(), 6U);
    EXPECT_EQ(gathered.add(openings(6, 4), noon).size(), 4U);
    EXPECT_TRUE(gathered.add(openings(10, 4), noon).empty());
    gathered.end_sweep();
    EXPECT_EQ(gathered.take().size(), 4U);
    EXPECT_EQ(gathered.add(openings(20, 4), noon).size(), 4U) << "another sweep";
}

TEST(AlertGrouping, ManyAtOneMomentAreOneMessageByThemselves)
{
    alert_grouping gathered(false);
    EXPECT_EQ(gathered.add(openings(0, 30), noon).size(), 30U);
}

TEST(AlertGrouping, NothingCriticalIsHeldWhateverElseIs)
{
    alert_grouping gathered(true);
    auto events = openings(0, 200);
    events.push_back(event(transition::opened, "critical", severity::critical));
    const auto told = gathered.add(events, noon);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].about.id, "f-critical");
}

TEST(AlertGrouping, WhatHappensToAFindingThatIsHeldStaysBehindItsOpening)
{
    alert_grouping gathered(true);
    gathered.add(openings(1, 1), noon);
    EXPECT_TRUE(gathered.add({event(transition::resolved, "1")}, noon + 1s).empty());
    EXPECT_EQ(gathered.add({event(transition::resolved, "2")}, noon + 1s).size(), 1U);
    gathered.end_sweep();
    const auto told = gathered.take();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].transition, transition::opened);
    EXPECT_EQ(told[1].transition, transition::resolved);
}

}  // namespace
}  // namespace trunkwarden
