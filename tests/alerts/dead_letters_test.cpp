#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "alerts/filled_outbox.hpp"

// Messages that were not taken, and how they are sent again.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using fakes::noon;

class DeadLetters : public FilledOutbox {};

TEST_F(DeadLetters, ADeadLetterIsSentAgainUnderTheSameIdAndBeforeWhatWaitsBehindIt)
{
    put({event(transition::opened, "1", severity::low)});
    const auto first = box.next("soc", noon);
    box.settle(first->number, refused(), noon);
    put({changed("1", 1, severity::low)});
    EXPECT_FALSE(box.resend("d-none", noon));
    const auto change = box.resend(first->id, noon);
    ASSERT_TRUE(change) << change.error().message;
    EXPECT_FALSE(change->deliveries.at(first->number).dead);
    EXPECT_EQ(box.dead("soc"), 0U);
    const auto again = box.next("soc", noon);
    EXPECT_EQ(again->id, first->id);
    box.settle(again->number, {}, noon);
    EXPECT_EQ(drain(), std::vector<std::string>{"changed f-1"});
}

TEST_F(DeadLetters, ACriticalDeadLetterIsTriedAgainByItselfForADay)
{
    put({event(transition::opened, "1"), event(transition::opened, "2", severity::high)});
    box.settle(box.next("soc", noon)->number, refused(), noon);
    box.settle(box.next("soc", noon)->number, refused(), noon);
    EXPECT_FALSE(box.next("soc", noon + 9min));
    EXPECT_EQ(*box.look_again("soc", noon), noon + 10min);
    auto now = noon;
    int tries = 0;
    for (; tries < 100; ++tries) {
        const auto when = box.look_again("soc", now);
        if (!when)
            break;
        now = std::max(now, *when);
        const auto again = box.next("soc", now);
        if (!again)
            break;
        EXPECT_EQ(again->findings[0], "f-1");
        box.settle(again->number, refused(), now);
    }
    EXPECT_GT(tries, 20);
    EXPECT_LT(tries, 40);
    EXPECT_EQ(box.dead("soc"), 2U);
    EXPECT_LT(now, noon + 26h);
}

TEST_F(DeadLetters, WhatTheSinkHeardMoreOfIsNotSentAgainByItself)
{
    put({event(transition::opened, "1")});
    const auto opened = box.next("soc", noon);
    box.settle(opened->number, refused(), noon);
    put({event(transition::resolved, "1")});
    EXPECT_EQ(drain(), std::vector<std::string>{"resolved f-1"});
    EXPECT_TRUE(drain(noon + 1h).empty()) << "an opening after the end would never end";
    state_change written;
    const auto all = box.resend_all(noon, written);
    EXPECT_EQ(all.letters, 0U);
    EXPECT_EQ(all.overtaken, 1U);
    ASSERT_TRUE(box.resend(opened->id, noon)) << "whoever names it gets it";
    EXPECT_EQ(drain(), std::vector<std::string>{"opened f-1"});
}

TEST_F(DeadLetters, ALetterThatWaitsAgainIsTakenBackWhenALaterMessageWasUnderWay)
{
    put({event(transition::opened, "1")});
    const auto opened = box.next("soc", noon);
    box.settle(opened->number, refused(), noon);
    put({event(transition::resolved, "1")});
    const auto resolved = box.next("soc", noon);
    ASSERT_TRUE(box.resend(opened->id, noon));
    EXPECT_FALSE(box.next("soc", noon)) << "one about the same finding is under way";
    box.settle(resolved->number, {}, noon);
    EXPECT_TRUE(drain(noon + 1h).empty());
    EXPECT_EQ(box.dead("soc"), 1U);
}

TEST_F(DeadLetters, AllDeadLettersAreSentAgainInTheirOrder)
{
    put({event(transition::opened, "1", severity::low), event(transition::opened, "2")});
    put({event(transition::resolved, "1", severity::low)});
    while (const auto next = box.next("soc", noon))
        box.settle(next->number, refused(), noon);
    EXPECT_EQ(box.dead("soc"), 3U);
    state_change written;
    EXPECT_EQ(box.resend_all(noon, written).letters, 3U);
    EXPECT_EQ(written.deliveries.size(), 3U);
    EXPECT_EQ(drain(), (std::vector<std::string>{"opened f-2", "opened f-1", "resolved f-1"}));
}

TEST_F(DeadLetters, OldLettersGoBehindWhatIsNewOfTheirWeight)
{
    put({event(transition::opened, "1"), event(transition::opened, "2")});
    while (const auto next = box.next("soc", noon))
        box.settle(next->number, refused(), noon);
    put({event(transition::opened, "3")}, noon + 10min);
    EXPECT_EQ(drain(noon + 10min), (std::vector<std::string>{"opened f-3", "opened f-1", "opened f-2"}));
}

TEST_F(DeadLetters, DeadLettersAreBoundedAndTheLightestGiveWay)
{
    state_change last;
    for (std::size_t i = 0; i < dead_letters::max_letters + 5; ++i) {
        put({event(transition::opened, std::to_string(i), i == 0 ? severity::critical : severity::low)});
        last = box.settle(box.next("soc", noon)->number, refused(), noon);
    }
    EXPECT_EQ(box.dead("soc"), dead_letters::max_letters);
    EXPECT_EQ(last.delivered.size(), 1U) << "the state file forgets one as well";
    EXPECT_EQ(box.take_losses().forgotten.at("soc"), 5U);
    EXPECT_TRUE(is_critical(box.dead().all().at("soc").begin()->second.weight));
}

TEST_F(DeadLetters, DeadLettersOutliveARestartAndWaitForTheirSink)
{
    put({event(transition::opened, "1")});
    const auto first = box.next("soc", noon);
    const auto written = box.settle(first->number, refused(), noon);
    outbox without({sink_named("other")}, ids_in_order());
    without.restore({written.deliveries.at(first->number)}, noon + 1h);
    const auto no_sink = without.resend(first->id, noon + 1h);
    ASSERT_FALSE(no_sink);
    EXPECT_EQ(no_sink.error().kind, errc::bad_usage);
    state_change nothing;
    EXPECT_EQ(without.resend_all(noon + 1h, nothing).without_sink, 1U);
    EXPECT_EQ(without.dead("soc"), 1U);
    without.replace_sinks({sink_named("soc")}, noon + 1h);
    EXPECT_EQ(without.next("soc", noon + 1h)->id, first->id) << "it is critical, and its time has come";
}

// The events of dead letters in a change, as "f-1 high".
std::vector<std::string> told_in(const state_change& change)
{
    std::vector<std::string> out;
    for (const auto& event : change.events)
        if (event.kind == history_kind::dead_letter)
            out.push_back(event.finding + " " + std::string(name_of(event.level)));
    return out;
}

using lines = std::vector<std::string>;

TEST_F(DeadLetters, AreAnEventOnceHoweverOftenTheyAreTriedAgain)
{
    put({event(transition::opened, "1")});
    const auto died = box.settle(box.next("soc", noon)->number, refused(), noon);
    EXPECT_EQ(told_in(died), lines{"f-1 high"});
    EXPECT_THAT(died.events.front().sentence, testing::HasSubstr("answered 401"));
    for (const auto now : {noon + 10min, noon + 2h, noon + 4h}) {
        const auto again = box.next("soc", now);
        ASSERT_TRUE(again);
        EXPECT_TRUE(told_in(box.settle(again->number, refused(), now)).empty());
    }
}

TEST_F(DeadLetters, ThatASinkHeardMoreOfAreNoEventWhenItTakesThat)
{
    put({event(transition::opened, "1")});
    box.settle(box.next("soc", noon)->number, refused(), noon);
    put({event(transition::resolved, "1")});
    const auto taken = box.settle(box.next("soc", noon)->number, {}, noon);
    EXPECT_EQ(taken.deliveries.size(), 1U) << "the letter is overtaken";
    EXPECT_TRUE(told_in(taken).empty());
}

TEST_F(DeadLetters, OfAFloodOnlyTheFirstOfAnHourWeighs)
{
    std::size_t heavy = 0;
    std::size_t all = 0;
    for (int minute = 0; minute < 150; ++minute) {
        const auto now = noon + std::chrono::minutes(minute);
        put({event(transition::opened, std::to_string(minute), severity::high)}, now);
        for (const auto& line : told_in(box.settle(box.next("soc", now)->number, refused(), now))) {
            ++all;
            heavy += line.ends_with(" high") ? 1 : 0;
        }
    }
    EXPECT_EQ(all, 150U);
    EXPECT_EQ(heavy, 3U);
}

TEST_F(DeadLetters, OfASinkThatIsGoneAreAnEventToo)
{
    put({event(transition::opened, "1")});
    EXPECT_EQ(told_in(box.replace_sinks({sink_named("other")}, noon)), lines{"f-1 high"});
}

}  // namespace
}  // namespace trunkwarden
