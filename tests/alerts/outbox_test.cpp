#include "alerts/outbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "alerts/notification.hpp"
#include "fakes/deviations.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using fakes::noon;
using verdict = attempt_outcome::verdict;

sink_settings sink(std::string name, sink_type type = sink_type::webhook,
                   severity min_severity = severity::info)
{
    sink_settings out;
    out.name = std::move(name);
    out.type = type;
    out.min_severity = min_severity;
    return out;
}

attempt_outcome outcome(verdict result, std::optional<std::chrono::milliseconds> wait = {},
                        bool reached = true)
{
    attempt_outcome out;
    out.result = result;
    out.why = result == verdict::delivered ? "" : "503 Service Unavailable";
    out.wait = wait;
    out.reached = reached;
    return out;
}

std::function<std::string()> counted_ids()
{
    return [count = 0]() mutable { return "d-" + std::to_string(++count); };
}

class Outbox : public testing::Test {
protected:
    outbox box{{sink("soc")}, counted_ids()};

    void put(const std::vector<finding_event>& events, time_point at = noon)
    {
        box.put("production", events, at);
        box.release_all();
    }
    // The messages that may be sent now, each taken at once.
    std::vector<std::string> drain(const std::string& to, time_point at)
    {
        std::vector<std::string> out;
        while (const auto next = box.next(to, at)) {
            out.push_back(next->event + " " + (next->findings.size() == 1 ? next->findings[0] : "many"));
            box.settle(next->number, outcome(verdict::delivered), at);
        }
        return out;
    }
};

TEST_F(Outbox, SendsNothingBeforeItIsOnTheDisk)
{
    const auto change = box.put("production", {event(transition::opened, "1")}, noon);
    ASSERT_EQ(change.deliveries.size(), 1U);
    EXPECT_EQ(change.findings.size(), 1U) << "the finding and what is told of it are written together";
    EXPECT_FALSE(box.next("soc", noon));
    EXPECT_FALSE(box.look_again("soc", noon));
    box.release(change.deliveries.begin()->first);
    const auto next = box.next("soc", noon);
    ASSERT_TRUE(next);
    const auto message = notification_of(next->body);
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_EQ(message->event, "opened");
    EXPECT_EQ(message->delivery_id, next->id);
    EXPECT_FALSE(box.next("soc", noon)) << "it is under way";
}

TEST_F(Outbox, IsForgottenWhenTaken)
{
    put({event(transition::opened, "1")});
    const auto next = box.next("soc", noon);
    const auto change = box.settle(next->number, outcome(verdict::delivered), noon);
    EXPECT_TRUE(change.delivered.contains(next->number));
    EXPECT_EQ(change.taken.at("soc"), noon);
    EXPECT_EQ(box.pending("soc"), 0U);
}

TEST_F(Outbox, TriesAgainLaterWithTheSameId)
{
    put({event(transition::opened, "1")});
    const auto first = box.next("soc", noon);
    const auto change = box.settle(first->number, outcome(verdict::retry), noon);
    EXPECT_EQ(change.deliveries.at(first->number).attempts, 1U);
    EXPECT_EQ(change.deliveries.at(first->number).last_error, "503 Service Unavailable");
    EXPECT_FALSE(box.next("soc", noon));
    const auto when = box.look_again("soc", noon);
    ASSERT_TRUE(when);
    const auto second = box.next("soc", *when);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->id, first->id);
}

TEST_F(Outbox, BacksOffFurtherEachTimeUpToFiveMinutes)
{
    put({event(transition::opened, "1", severity::high)});
    auto now = noon;
    std::vector<std::chrono::seconds> waits;
    for (int i = 0; i < 12; ++i) {
        const auto next = box.next("soc", now);
        ASSERT_TRUE(next);
        box.settle(next->number, outcome(verdict::retry), now);
        const auto when = box.look_again("soc", now);
        waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(*when - now));
        now = *when;
    }
    EXPECT_EQ(waits.front(), 1s);
    EXPECT_TRUE(std::ranges::is_sorted(waits));
    EXPECT_EQ(waits.back(), 300s);
}

TEST_F(Outbox, ObeysRetryAfterForTheWholeSink)
{
    put({event(transition::opened, "1"), event(transition::opened, "2")});
    const auto next = box.next("soc", noon);
    box.settle(next->number, outcome(verdict::retry, 60s), noon);
    EXPECT_FALSE(box.next("soc", noon + 59s));
    EXPECT_TRUE(box.next("soc", noon + 60s));
}

TEST_F(Outbox, KeepsTheOrderOfOneFindingAndLetsOthersPass)
{
    put({event(transition::opened, "1")});
    put({event(transition::changed, "1")});
    put({event(transition::opened, "2")});
    put({event(transition::resolved, "1")});
    const auto refused_for_now = box.next("soc", noon);
    box.settle(refused_for_now->number, outcome(verdict::retry), noon);
    EXPECT_EQ(drain("soc", noon), (std::vector<std::string>{"opened f-2"}));
    EXPECT_EQ(drain("soc", noon + 1s),
              (std::vector<std::string>{"opened f-1", "changed f-1", "resolved f-1"}));
}

TEST_F(Outbox, AMessageAboutManyWaitsForNothingAndHoldsUpAllOfThem)
{
    std::vector<finding_event> many;
    for (int i = 0; i < 11; ++i)
        many.push_back(event(transition::opened, std::to_string(i), severity::high));
    put(many);
    put({event(transition::resolved, "3", severity::high), event(transition::opened, "new", severity::high)});
    const auto first = box.next("soc", noon);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->event, "opened_many");
    EXPECT_EQ(first->findings.size(), 11U);
    box.settle(first->number, outcome(verdict::retry), noon);
    EXPECT_EQ(drain("soc", noon), (std::vector<std::string>{"opened f-new"}));
    EXPECT_EQ(drain("soc", noon + 1s), (std::vector<std::string>{"opened_many many", "resolved f-3"}));
}

TEST_F(Outbox, AMessageThatIsHeldUpDoesNotWakeAnybody)
{
    put({event(transition::opened, "1")});
    put({event(transition::changed, "1")});
    const auto first = box.next("soc", noon);
    box.settle(first->number, outcome(verdict::retry), noon + 10s);
    ASSERT_FALSE(box.next("soc", noon + 10s));
    EXPECT_GT(*box.look_again("soc", noon), noon + 10s);
}

TEST_F(Outbox, DoesNotRemindOfWhatWasNotHeardYet)
{
    put({event(transition::opened, "1")});
    put({event(transition::reminder, "1")});
    EXPECT_EQ(box.pending("soc"), 1U);
    EXPECT_TRUE(box.waits("soc", "f-1"));
    EXPECT_FALSE(box.waits("soc", "f-2"));
}

TEST_F(Outbox, AClockThatWasSetBackSilencesNothing)
{
    put({event(transition::opened, "1")}, noon + 24h);
    const auto first = box.next("soc", noon + 24h);
    box.settle(first->number, outcome(verdict::retry, 60s), noon + 24h);
    EXPECT_TRUE(box.next("soc", noon));
}

TEST_F(Outbox, RefusedMessagesAreKeptDeadAndHoldUpNothing)
{
    put({event(transition::opened, "1"), event(transition::resolved, "1")});
    const auto first = box.next("soc", noon);
    const auto change = box.settle(first->number, outcome(verdict::rejected), noon);
    EXPECT_TRUE(change.deliveries.at(first->number).dead);
    EXPECT_EQ(box.dead("soc"), 1U);
    EXPECT_EQ(drain("soc", noon), (std::vector<std::string>{"resolved f-1"}));
}

TEST_F(Outbox, ShowsWhatWaitsAndWhatWasRefusedAboutAFinding)
{
    put({event(transition::opened, "1"), event(transition::opened, "2")});
    const auto first = box.next("soc", noon).value();
    box.settle(first.number, outcome(verdict::rejected), noon);
    put({event(transition::changed, "1")}, noon + 1min);
    const auto about = box.about("f-1");
    ASSERT_EQ(about.size(), 2U);
    EXPECT_TRUE(about[0].dead) << "the oldest first";
    EXPECT_EQ(about[0].number, first.number);
    EXPECT_EQ(about[1].event, "changed");
    EXPECT_TRUE(box.about("f-3").empty());
}

TEST(OutboxOfSeveralSinks, OneThatNobodyAnswersHoldsUpNoOther)
{
    outbox box({sink("down"), sink("up")}, counted_ids());
    box.put("production", {event(transition::opened, "1")}, noon);
    box.release_all();
    const auto lost = box.next("down", noon);
    box.settle(lost->number, outcome(verdict::retry, {}, false), noon);
    EXPECT_TRUE(box.next("up", noon));
    EXPECT_EQ(box.pending("down"), 1U);
}

TEST(OutboxOfSeveralSinks, EachHearsWhatWeighsEnoughAndHowThatEnds)
{
    outbox box({sink("all"), sink("page", sink_type::pagerduty, severity::critical)}, counted_ids());
    auto lighter = event(transition::resolved, "1", severity::medium);
    lighter.about.max_severity = severity::critical;
    box.put("production", {event(transition::opened, "1"), event(transition::opened, "2", severity::high)},
            noon);
    box.put("production", {lighter}, noon);
    EXPECT_EQ(box.pending("all"), 3U);
    EXPECT_EQ(box.pending("page"), 2U) << "the opening and the end of the critical one";
}

TEST(OutboxOfSeveralSinks, AlertmanagerGetsEveryAlertOfManyAndOthersAHundredInFull)
{
    outbox box({sink("am", sink_type::alertmanager), sink("soc")}, counted_ids());
    std::vector<finding_event> many;
    for (int i = 0; i < 250; ++i)
        many.push_back(event(transition::opened, std::to_string(i), severity::high));
    const auto change = box.put("production", many, noon);
    EXPECT_EQ(box.pending("soc"), 1U);
    EXPECT_EQ(box.pending("am"), 3U);
    std::size_t in_full = 0;
    for (const auto& [number, delivery] : change.deliveries) {
        const auto message = notification_of(delivery.body);
        ASSERT_TRUE(message);
        if (delivery.sink == "am")
            in_full += message->findings.size();
        else {
            EXPECT_EQ(message->findings.size(), 100U);
            EXPECT_EQ(message->ids.size(), 250U);
        }
    }
    EXPECT_EQ(in_full, 250U);
}

TEST(OutboxAfterARestart, GoesOnInOrderAndGivesUpWhatHasNoSinkAnyMore)
{
    outbox before({sink("soc"), sink("gone")}, counted_ids());
    const auto written =
        before.put("production", {event(transition::opened, "1"), event(transition::resolved, "1")}, noon);
    std::vector<delivery> kept;
    for (const auto& [number, delivery] : written.deliveries)
        kept.push_back(delivery);

    for (auto& delivery : kept)
        delivery.next_attempt = noon + 5min;  // the obstacle may be gone by now
    outbox after({sink("soc")}, counted_ids());
    const auto change = after.restore(kept, noon);
    EXPECT_EQ(change.deliveries.size(), 2U) << "those of the sink that is gone, now dead";
    for (const auto& [number, delivery] : change.deliveries)
        EXPECT_TRUE(delivery.dead);
    EXPECT_EQ(after.next("soc", noon)->event, "opened");
    const auto fresh = after.put("production", {event(transition::opened, "2")}, noon);
    EXPECT_GT(fresh.deliveries.begin()->first, kept.back().number);
}

TEST_F(Outbox, GoesOnInOrderWithASinkThatStaysAndGivesUpTheMessagesOfOneThatIsGone)
{
    box = outbox({sink("soc"), sink("chat")}, counted_ids());
    put({event(transition::opened, "1"), event(transition::opened, "2")});
    const auto change = box.replace_sinks({sink("soc"), sink("page")}, noon);
    ASSERT_EQ(change.deliveries.size(), 2U);
    for (const auto& [number, delivery] : change.deliveries) {
        EXPECT_EQ(delivery.sink, "chat");
        EXPECT_TRUE(delivery.dead);
    }
    EXPECT_EQ(drain("soc", noon), (std::vector<std::string>{"opened f-1", "opened f-2"}));
    EXPECT_EQ(box.pending("page"), 0U);
}

TEST_F(Outbox, SendsAgainWhatWasUnderWayWhenASinkStartsOver)
{
    put({event(transition::opened, "f-1")});
    const auto sent = box.next("soc", noon);
    ASSERT_TRUE(sent);
    EXPECT_FALSE(box.next("soc", noon));
    box.start_over("soc", noon);
    const auto again = box.next("soc", noon);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id, sent->id) << "the receiver can tell that it is the same";
}

}  // namespace
}  // namespace trunkwarden
