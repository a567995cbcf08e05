#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "alerts/filled_outbox.hpp"

// The order of messages, and those that are put together.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using fakes::noon;

class OutboxOrder : public FilledOutbox {};

TEST_F(OutboxOrder, TheMostUrgentGoesFirstAndOfEqualOnesTheOldest)
{
    put({event(transition::opened, "1", severity::low), event(transition::opened, "2", severity::high)});
    put({event(transition::opened, "3", severity::critical), event(transition::opened, "4", severity::high)},
        noon + 1s);
    put({event(transition::resolved, "5", severity::critical)}, noon + 2s);
    EXPECT_EQ(drain(noon + 2s), (std::vector<std::string>{"opened f-3", "resolved f-5", "opened f-2",
                                                          "opened f-4", "opened f-1"}));
}

TEST_F(OutboxOrder, ALightMessageIsAsUrgentAsTheHeavyOneThatWaitsBehindIt)
{
    put({event(transition::opened, "1", severity::low)});
    put({event(transition::opened, "2", severity::high)});
    put({event(transition::changed, "1", severity::critical)});
    EXPECT_EQ(drain(), (std::vector<std::string>{"opened f-1", "changed f-1", "opened f-2"}));
}

TEST_F(OutboxOrder, TakesBesideAMessageThoseAboutItsIncidentAndKeepsTheOrderOfEachFinding)
{
    put({event(transition::opened, "1"), event(transition::opened, "2"), event(transition::opened, "3")});
    put({event(transition::resolved, "2")}, noon + 1s);
    auto unwritten = box.put("production", {event(transition::resolved, "1")}, noon + 1s);
    const auto first = box.next("soc", noon + 1s).value();
    ASSERT_EQ(first.findings.front(), "f-1");
    const std::set<std::string> members{"f-1", "f-2"};
    const auto beside = box.take_beside(first, members, 49);
    ASSERT_EQ(beside.size(), 2U) << "another finding's waits, and so does what is not written yet";
    EXPECT_EQ(beside[0].event + beside[0].findings.front(), "openedf-2");
    EXPECT_EQ(beside[1].event + beside[1].findings.front(), "resolvedf-2");
    EXPECT_TRUE(box.take_beside(first, members, 49).empty()) << "they are under way";
    for (const auto& each : beside)
        box.put_back(each);
    EXPECT_EQ(box.take_beside(first, members, 1).size(), 1U);
}

TEST_F(OutboxOrder, ManyAreAsUrgentAsTheHeaviestThatWaitsBehindThem)
{
    std::vector<finding_event> many;
    for (int i = 0; i < 11; ++i)
        many.push_back(event(transition::opened, std::to_string(i), severity::low));
    put(many);
    put({event(transition::opened, "other", severity::high)});
    put({event(transition::changed, "7", severity::critical)});
    EXPECT_EQ(drain(), (std::vector<std::string>{"opened_many many", "changed f-7", "opened f-other"}));
}

TEST_F(OutboxOrder, HowAFindingGoesOnThatWeighedMoreIsAsUrgentAsItWas)
{
    put({event(transition::opened, "2", severity::high)});
    auto sunk = event(transition::changed, "1", severity::low);
    sunk.about.max_severity = severity::critical;
    put({sunk});
    EXPECT_EQ(drain(), (std::vector<std::string>{"changed f-1", "opened f-2"}));
}

TEST_F(OutboxOrder, TwoHundredDecoysHideNoCriticalFinding)
{
    std::vector<finding_event> events;
    for (int i = 0; i < 200; ++i)
        events.push_back(event(transition::opened, std::to_string(i), severity::high));
    events.push_back(event(transition::opened, "admin", severity::critical));
    put(events);
    EXPECT_EQ(drain(), (std::vector<std::string>{"opened f-admin", "opened_many many"}));
}

TEST_F(OutboxOrder, OfManyTheHeaviestAreToldInFull)
{
    std::vector<finding_event> events;
    for (int i = 0; i < 150; ++i)
        events.push_back(event(transition::opened, std::to_string(i), severity::low));
    events.push_back(event(transition::opened, "heavy", severity::high));
    put(events);
    const auto told = notification_of(box.next("soc", noon)->body).value();
    EXPECT_EQ(told.findings.size(), 100U);
    EXPECT_EQ(told.ids.size(), 151U);
    ASSERT_EQ(told.severities.size(), 151U) << "those that are there by their ids have one, too";
    EXPECT_EQ(told.severities.front(), "high");
    EXPECT_EQ(told.severities.back(), "low");
    EXPECT_EQ(told.findings.at(0).at("id").as_string(), "f-heavy");
}

TEST_F(OutboxOrder, OfAFindingTheHeaviestFieldsAreTold)
{
    auto finding_event = event(transition::opened, "1");
    finding_event.about.deviation.fields.clear();
    for (int i = 0; i < 30; ++i)
        finding_event.about.deviation.fields.push_back(
            {"tag_" + std::to_string(i), "a", "b", severity::info});
    finding_event.about.deviation.fields.push_back({"voice_url", "a", "b", severity::critical});
    put({finding_event});
    const auto told = notification_of(box.next("soc", noon)->body).value();
    EXPECT_EQ(told.findings[0].at("fields").at(0).at("field").as_string(), "voice_url");
}

TEST_F(OutboxOrder, AChangeReplacesOneThatStillWaitsAndKeepsItsPlace)
{
    put({changed("1", 1)});
    put({changed("2", 1)}, noon + 1s);
    const auto change = put({changed("1", 2), changed("1", 3)}, noon + 2s);
    EXPECT_EQ(change.deliveries.size(), 1U);
    EXPECT_EQ(change.delivered.size(), 2U) << "the first one and the one of the same moment";
    EXPECT_EQ(box.pending("soc"), 2U);
    const auto first = box.next("soc", noon + 2s);
    EXPECT_EQ(first->findings[0], "f-1") << "else what changes all the time would never be told";
    EXPECT_EQ(times_told(*first), 3U);
}

TEST_F(OutboxOrder, AChangeReplacesNeitherOneUnderWayNorAHeavierOneNorOneBeforeAnotherEvent)
{
    put({changed("1", 1)});
    const auto under_way = box.next("soc", noon);
    put({changed("1", 2)});
    EXPECT_EQ(box.pending("soc"), 2U);
    box.settle(under_way->number, {}, noon);
    put({changed("2", 1, severity::critical)});
    put({changed("2", 2, severity::low)});
    put({changed("3", 1)});
    put({event(transition::resolved, "3", severity::medium)});
    put({changed("3", 2)});
    EXPECT_EQ(box.pending("soc"), 6U);
}

TEST_F(OutboxOrder, ThePauseAfterLightFailuresHoldsACriticalOneNoLongerThanTheReceiverAsked)
{
    put({event(transition::opened, "1", severity::low)});
    auto now = noon;
    for (int i = 0; i < 12; ++i) {
        const auto next = box.next("soc", now);
        ASSERT_TRUE(next);
        box.settle(next->number, refused_for_now(1s), now);
        if (i < 11)
            now = *box.look_again("soc", now);
    }
    put({event(transition::opened, "2", severity::low), event(transition::opened, "3", severity::critical)},
        now);
    EXPECT_FALSE(box.next("soc", now)) << "it asked for a second";
    EXPECT_EQ(*box.look_again("soc", now), now + 1s);
    EXPECT_EQ(drain(now + 1s).at(0), "opened f-3");
}

TEST_F(OutboxOrder, ACriticalOneGoesBesideALighterOneThatHangsAndBesideNoOther)
{
    put({event(transition::opened, "1", severity::high)});
    ASSERT_TRUE(box.next("soc", noon));
    put({event(transition::opened, "2", severity::high), event(transition::opened, "3", severity::critical),
         event(transition::opened, "4", severity::critical),
         event(transition::changed, "1", severity::medium)});
    const auto beside = box.next("soc", noon);
    ASSERT_TRUE(beside);
    EXPECT_EQ(beside->findings[0], "f-3");
    EXPECT_FALSE(box.next("soc", noon));
    EXPECT_FALSE(box.look_again("soc", noon)) << "nothing to wake for before one of them is settled";
}

TEST(OutboxForAPager, LighterEventsLeaveAPartOfItsRateToCriticalOnes)
{
    outbox box({sink_named("page", sink_type::pagerduty)}, ids_in_order());
    box.put("production",
            {event(transition::opened, "1", severity::high), event(transition::opened, "2", severity::high)},
            noon);
    box.release_all();
    attempt_outcome taken;
    taken.requests = 20;
    box.settle(box.next("page", noon)->number, taken, noon);
    EXPECT_FALSE(box.next("page", noon + 19s));
    EXPECT_EQ(*box.look_again("page", noon), noon + 20s);
    box.put("production", {event(transition::opened, "3", severity::critical)}, noon + 1s);
    box.release_all();
    EXPECT_TRUE(box.next("page", noon + 1s));
}

// A thief has many objects change at each reading; the receiver takes one message a second, as Slack does,
// and asks for a second when two come at once. Critical findings come now and then.
TEST_F(OutboxOrder, NoAlertOfACriticalFindingComesMuchLaterBecauseOfLighterOnes)
{
    for (unsigned seed = 0; seed < 5; ++seed) {
        box = outbox{{sink_named("soc")}, ids_in_order()};
        std::mt19937 random(seed);
        std::map<std::string, time_point> put_at;
        auto free_from = noon;
        auto slowest = 0s;
        for (auto now = noon; now < noon + 15min; now += 1s) {
            const auto second = (now - noon) / 1s;
            std::vector<finding_event> events;
            if (second % 30 == 0)
                for (int i = 0; i < 200; ++i)
                    events.push_back(changed(std::to_string(i), static_cast<unsigned>(second)));
            if (random() % 20 == 0) {
                events.push_back(event(transition::opened, "c" + std::to_string(second)));
                put_at["f-c" + std::to_string(second)] = now;
            }
            put(events, now);
            for (int tries = 0; tries < 3; ++tries) {
                const auto next = box.next("soc", now);
                if (!next)
                    break;
                if (now < free_from) {
                    box.settle(next->number, refused_for_now(1s), now);
                    continue;
                }
                free_from = now + 1s;
                box.settle(next->number, {}, now);
                if (const auto critical = put_at.find(next->findings[0]); critical != put_at.end()) {
                    slowest = std::max(
                        slowest, std::chrono::duration_cast<std::chrono::seconds>(now - critical->second));
                    put_at.erase(critical);
                }
            }
            ASSERT_LE(box.pending("soc"), 220U) << "what changes again waits once";
        }
        EXPECT_LE(put_at.size(), 2U) << "seed " << seed;
        EXPECT_LT(slowest, 60s) << "seed " << seed;
    }
}

}  // namespace
}  // namespace trunkwarden
