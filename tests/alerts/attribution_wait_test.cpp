#include "alerts/attribution_wait.hpp"

#include <gtest/gtest.h>

#include "fakes/deviations.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using fakes::noon;

TEST(AttributionWait, HoldsAnOpeningUntilTheLogWasAskedAfterIt)
{
    attribution_wait names;
    EXPECT_TRUE(names.add({event(transition::opened, "1")}, noon).empty());
    EXPECT_TRUE(names.holds("f-1"));
    EXPECT_FALSE(names.is_due_after_look(noon - 1ms)) << "that look-up began before it was found";
    EXPECT_TRUE(names.is_due_after_look(noon));
    EXPECT_FALSE(names.is_due(noon + 1999ms));
    EXPECT_TRUE(names.is_due(noon + 2s)) << "whatever the log does";
}

TEST(AttributionWait, AnOpeningThatIsExplainedMeanwhileIsToldOnceWithItsName)
{
    attribution_wait names;
    names.add({event(transition::opened, "1")}, noon);
    auto explained = event(transition::changed, "1");
    explained.about.by = actor{"u-1", "organization_member", noon};
    EXPECT_TRUE(names.add({explained}, noon + 1s).empty());
    const auto told = names.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].transition, transition::opened);
    EXPECT_TRUE(told[0].about.by);
    EXPECT_FALSE(names.due_at());
}

TEST(AttributionWait, WhatHasANameOrCannotGetOneIsToldAtOnce)
{
    attribution_wait names;
    auto named = event(transition::opened, "1");
    named.about.by = actor{"u-1", "organization_member", noon};
    auto blind = event(transition::opened, "2");
    blind.about.deviation.kind = deviation_kind::blind;
    EXPECT_EQ(names.add({named, blind, event(transition::resolved, "3")}, noon).size(), 3U);
}

}  // namespace
}  // namespace trunkwarden
