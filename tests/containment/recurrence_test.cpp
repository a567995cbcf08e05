#include "containment/recurrence.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "containment/observed_object.hpp"
#include "fakes/deviations.hpp"

// A counter that forgets what it counts can be used up by the one who makes it count.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;

class RecurrenceOf : public testing::Test {
protected:
    RecurrenceOf()
    {
        about = fakes::event(transition::opened, "7", severity::high).about;
        about.deviation.kind = deviation_kind::changed;
        about.deviation.fields = {{"tags", "[a]", "[b]", severity::low, false},
                                  {"ip_address", "203.0.113.7", "192.0.2.66", severity::high, false}};
    }

    // Tags were put back so long before noon.
    action& put_back(duration before, std::vector<std::string> fields = {"tags"})
    {
        action out;
        out.id = "a-" + std::to_string(history_.size());
        out.account = about.account;
        out.resource = "ips";
        out.object_id = "7";
        out.measure = measure::restore;
        out.state = action_state::done;
        out.level = fields == std::vector<std::string>{"tags"} ? severity::low : severity::high;
        out.fields = std::move(fields);
        out.ended_at = noon - before;
        history_.push_back(std::move(out));
        return history_.back();
    }
    recurrence returns_of(const std::vector<std::string>& fields) const
    {
        return recurrence_of(about, fields, pointers(), noon);
    }
    recurrence returns_of_unknown() const { return recurrence_of(about, pointers(), noon); }
    std::vector<const action*> pointers() const
    {
        std::vector<const action*> out;
        for (const auto& step : history_)
            out.push_back(&step);
        return out;
    }

    finding about;

private:
    std::vector<action> history_;
};

TEST_F(RecurrenceOf, AnotherFieldOfTheSameObjectIsNone)
{
    for (int times = 0; times < 5; ++times)
        put_back(1min);
    EXPECT_EQ(returns_of({"tags"}).times, 5U);
    EXPECT_EQ(returns_of({"ip_address"}).times, 0U);
    EXPECT_EQ(returns_of({"ip_address"}).next, time_point{}) << "at once";
    EXPECT_EQ(returns_of({"tags", "ip_address"}).next, time_point{})
        << "one that need not wait takes the other along";
}

TEST_F(RecurrenceOf, WhatEndedMoreThanSixHoursAgoIsNone)
{
    put_back(6h + 1s);
    put_back(24h * 80);
    EXPECT_EQ(returns_of({"tags"}).times, 0U);
    put_back(6h);
    EXPECT_EQ(returns_of({"tags"}).times, 1U);
}

TEST_F(RecurrenceOf, WhatWasNotDoneOrWasSomethingElseIsNone)
{
    put_back(1min).state = action_state::stale;
    put_back(1min).state = action_state::undone;
    put_back(1min).state = action_state::dry_run;
    put_back(1min).measure = measure::contain;
    put_back(1min).object_id = "8";
    put_back(1min).resource = "fqdns";
    put_back(1min).account = "laboratory";
    EXPECT_EQ(returns_of({"tags"}).times, 0U);
    auto& undone_before = put_back(1min);
    undone_before.object_id = "6";
    undone_before.new_id = "7";
    EXPECT_EQ(returns_of({"tags"}).times, 1U) << "an undo made it again under another id";
}

TEST_F(RecurrenceOf, WaitsLongerEachTimeAndNeverForGood)
{
    const std::array waits{1min, 4min, 16min, 30min, 30min, 30min};
    for (const auto wait : waits) {
        put_back(0s);
        EXPECT_EQ(returns_of({"tags"}).next, noon + wait);
    }
    for (int times = 0; times < 1'000; ++times)
        put_back(0s);
    EXPECT_EQ(returns_of({"tags"}).next, noon + 30min);
}

TEST_F(RecurrenceOf, AHeavierChangeThanThoseBeforeDoesNotWait)
{
    for (int times = 0; times < 5; ++times)
        put_back(0s);
    EXPECT_EQ(returns_of({"tags"}).next_attempt(severity::high), time_point{});
    put_back(0s, {"tags", "ip_address"});
    EXPECT_EQ(returns_of({"ip_address"}).times, 1U);
    EXPECT_EQ(returns_of({"ip_address"}).next, noon + 1min) << "it was put back before";
    EXPECT_EQ(returns_of({"ip_address"}).next_attempt(severity::critical), time_point{});
}

TEST_F(RecurrenceOf, AnUnknownObjectIsTheSameThingUnderAnyId)
{
    about.deviation = fakes::unknown_ip("9", severity::high);
    auto& removed = put_back(0s);
    removed.measure = measure::contain;
    removed.object_id = "7";
    removed.level = severity::high;
    EXPECT_EQ(returns_of_unknown().times, 0U) << "another address";
    put_back(0s).measure = measure::restore;
    auto& same = put_back(0s);
    same.measure = measure::contain;
    same.object_id = "8";
    same.level = severity::high;
    same.identity_hash = identity_hash_of(about.deviation);
    ASSERT_FALSE(same.identity_hash.empty());
    EXPECT_EQ(returns_of_unknown().times, 1U);
    EXPECT_EQ(returns_of_unknown().next, noon + 1min);
}

}  // namespace
}  // namespace trunkwarden
