#include "state/history_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/deviations.hpp"
#include "fakes/state_file_on_disk.hpp"
#include "findings/watch_cause.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

finding_event told(
    transition transition, const std::function<void(finding&)>& change = [](finding&) {})
{
    auto out = fakes::event(transition, "1");
    change(out.about);
    return out;
}

void made_by_dana(finding& f)
{
    f.by = actor{"u-77", "organization_member", noon - 5min};
    f.trail = audit_trail::explained;
}

TEST(FindingHistorian, SaysWhatHappenedToWhatAndByWhom)
{
    finding_historian historian;
    const auto opened = historian.record(told(transition::opened, made_by_dana));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->kind, history_kind::opened);
    EXPECT_EQ(opened->at, noon);
    EXPECT_EQ(opened->level, severity::critical);
    EXPECT_EQ(opened->account, "production");
    EXPECT_EQ(opened->resource, "ips");
    EXPECT_EQ(opened->finding, "f-1");
    EXPECT_EQ(opened->by, "user u-77 (member)");
    EXPECT_THAT(opened->sentence, AllOf(HasSubstr("Unknown SIP IP 192.0.2.66:5060"),
                                        HasSubstr("made at 2026-11-22T11:55:00Z (audit log)")));
    const auto resolved = historian.record(told(transition::resolved));
    ASSERT_TRUE(resolved);
    EXPECT_EQ(resolved->kind, history_kind::resolved);
    EXPECT_EQ(resolved->by, "") << "who ended it is not known";
}

TEST(FindingHistorian, TellsWhenAnActorBecomesKnown)
{
    finding_historian historian;
    historian.record(told(transition::opened));
    EXPECT_EQ(historian.record(told(transition::changed))->kind, history_kind::changed);
    const auto known = historian.record(told(transition::changed, made_by_dana));
    ASSERT_TRUE(known);
    EXPECT_EQ(known->kind, history_kind::attributed);
    EXPECT_EQ(known->by, "user u-77 (member)");
    const auto later = historian.record(told(transition::changed, made_by_dana));
    EXPECT_EQ(later->kind, history_kind::changed) << "once";
    EXPECT_EQ(later->by, "") << "the object did not change";
    const auto again = historian.record(told(transition::changed, [](finding& f) {
        made_by_dana(f);
        f.last_changed = noon;
    }));
    EXPECT_EQ(again->by, "user u-77 (member)");
}

TEST(FindingHistorian, TellsWhatIsWrittenDownWithoutAnEvent)
{
    finding_historian historian;
    auto about = told(transition::opened).about;
    EXPECT_FALSE(historian.record_silently(about, noon)) << "its opening is still held back";
    historian.record(told(transition::opened));
    EXPECT_FALSE(historian.record_silently(about, noon + 1min)) << "it was only seen again";
    about.incident = "i-0123456789ab";
    const auto joined = historian.record_silently(about, noon + 2min);
    ASSERT_TRUE(joined);
    EXPECT_EQ(joined->kind, history_kind::attributed);
    EXPECT_EQ(joined->incident, "i-0123456789ab");
    EXPECT_EQ(joined->at, noon + 2min);
    EXPECT_FALSE(historian.record_silently(about, noon + 3min));
    made_by_dana(about);
    EXPECT_EQ(historian.record_silently(about, noon + 4min)->by, "user u-77 (member)");
}

TEST(FindingHistorian, KnowsWhatAnEarlierRunTold)
{
    auto about = told(transition::opened, made_by_dana).about;
    finding_historian historian;
    historian.restore({about});
    EXPECT_FALSE(historian.record_silently(about, noon));
    EXPECT_EQ(historian.record(told(transition::changed, made_by_dana))->kind, history_kind::changed);
}

TEST(FindingHistorian, TellsOfAnAcknowledgementItsReasonAndItsEnd)
{
    finding_historian historian;
    historian.record(told(transition::opened));
    EXPECT_FALSE(historian.record(told(transition::reminder))) << "a reminder is no news";
    const auto taken = historian.record(told(transition::acknowledged, [](finding& f) {
        f.status = finding_status::acknowledged;
        f.acknowledged = acknowledgement{"carrier migration", noon, noon + 2h, "dana"};
    }));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->by, "dana");
    EXPECT_THAT(taken->sentence,
                AllOf(HasSubstr("\"carrier migration\""), HasSubstr("until 2026-11-22T14:00:00Z")));
    const auto over = historian.record(told(transition::reminder));
    ASSERT_TRUE(over);
    EXPECT_EQ(over->kind, history_kind::unacknowledged);
    EXPECT_THAT(over->sentence, HasSubstr("not acknowledged any more"));
}

TEST(FindingHistorian, SaysWhoTookAnAcknowledgementBack)
{
    finding_historian historian;
    historian.record(told(transition::opened));
    historian.record(told(transition::acknowledged, [](finding& f) {
        f.status = finding_status::acknowledged;
        f.acknowledged = acknowledgement{"carrier migration", noon, {}, "dana"};
    }));
    auto back = told(transition::changed);
    back.by = "root (sudo by trent)";
    const auto event = historian.record(back);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, history_kind::unacknowledged);
    EXPECT_EQ(event->by, "root (sudo by trent)");
    EXPECT_THAT(event->sentence, HasSubstr("not acknowledged any more"));
}

TEST(FindingHistorian, AChangeThatEndsAnAcknowledgementIsNoWordOfAPerson)
{
    finding_historian historian;
    historian.record(told(transition::opened));
    historian.record(
        told(transition::acknowledged, [](finding& f) { f.status = finding_status::acknowledged; }));
    const auto event = historian.record(told(transition::changed));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, history_kind::changed);
    EXPECT_TRUE(event->sentence.starts_with(no_longer_acknowledged)) << event->sentence;
}

TEST(FindingHistorian, BlindnessHasKindsOfItsOwn)
{
    const auto blind = [](finding& f) { f.deviation.kind = deviation_kind::blind; };
    finding_historian historian;
    EXPECT_EQ(historian.record(told(transition::opened, blind))->kind, history_kind::blind);
    EXPECT_EQ(historian.record(told(transition::resolved, blind))->kind, history_kind::sees_again);
    const auto clock = [&blind](finding& f) {
        blind(f);
        f.deviation.type = &watch_cause::clock;
    };
    EXPECT_EQ(historian.record(told(transition::opened, clock))->kind, history_kind::opened) << "all is seen";
    EXPECT_EQ(historian.record(told(transition::resolved, clock))->kind, history_kind::resolved);
}

TEST(HistoryOf, AnActionSaysWhatWasDoneAndHowItWent)
{
    auto step = fakes::example_action(noon);
    step.state = action_state::done;
    step.outcome = "read again: it is as it should be";
    const auto done = history_of(step, noon);
    EXPECT_EQ(done.kind, history_kind::action);
    EXPECT_EQ(done.action, step.id);
    EXPECT_EQ(done.finding, "f-1");
    EXPECT_EQ(done.by, "trunkwarden");
    EXPECT_EQ(done.sentence, "done: remove SIP IP 192.0.2.66:5060; read again: it is as it should be");
    step.state = action_state::waiting;
    EXPECT_THAT(history_of(step, noon).sentence, Not(HasSubstr("read again")));
    step.state = action_state::approved;
    EXPECT_EQ(history_of(step, noon).by, "root (sudo by dana)");
    step.decided_by.clear();
    EXPECT_EQ(history_of(step, noon).by, "") << "a person did, and it is not known who";
}

TEST(HistoryOf, AcceptedSecretsNameThePersonWhoAcceptedThem)
{
    const auto accepted = history_of_accepted(told(transition::opened).about, "dana", noon);
    EXPECT_EQ(accepted.kind, history_kind::accepted);
    EXPECT_EQ(accepted.by, "dana");
}

TEST(HistoryOf, AMessageSaysWhichSinkTookItOrWhyNot)
{
    delivery delivery;
    delivery.sink = "soc";
    delivery.account = "production";
    delivery.event = "opened_many";
    delivery.findings = {"f-1", "f-2"};
    const auto taken = history_of(delivery, noon);
    EXPECT_EQ(taken.kind, history_kind::delivered);
    EXPECT_EQ(taken.finding, "f-1");
    EXPECT_EQ(taken.sentence, "sink soc took \"opened_many\" about 2 findings");
    delivery.dead = true;
    delivery.last_error = "HTTP 410";
    EXPECT_EQ(history_of(delivery, noon).kind, history_kind::dead_letter);
    EXPECT_THAT(history_of(delivery, noon).sentence, AllOf(HasSubstr("was not told"), HasSubstr("HTTP 410")));
}

TEST(HistoryOf, AFreezeSaysWhyAndAThawThatItIsOver)
{
    const auto frozen = history_of(freeze{noon, "carrier migration", ""}, noon);
    EXPECT_EQ(frozen.kind, history_kind::frozen);
    EXPECT_THAT(frozen.sentence, HasSubstr("carrier migration"));
    EXPECT_EQ(history_of(std::optional<freeze>(), noon).kind, history_kind::thawed);
}

TEST(HistoryWeight, PeopleAndTheDaemonItselfOutweighWhatAThiefCanMake)
{
    const auto entry_of = [](history_kind kind, severity level) {
        return weight_of({.at = noon, .kind = kind, .level = level});
    };
    EXPECT_EQ(entry_of(history_kind::opened, severity::medium), history_weight::light);
    EXPECT_EQ(entry_of(history_kind::opened, severity::high), history_weight::high);
    EXPECT_EQ(entry_of(history_kind::resolved, severity::critical), history_weight::critical);
    EXPECT_EQ(entry_of(history_kind::delivered, severity::critical), history_weight::light);
    EXPECT_EQ(entry_of(history_kind::spent, severity::info), history_weight::high);
    EXPECT_EQ(entry_of(history_kind::dead_letter, severity::info), history_weight::light);
    EXPECT_EQ(entry_of(history_kind::dead_letter, severity::high), history_weight::high);
    EXPECT_EQ(entry_of(history_kind::action, severity::low), history_weight::high);
    EXPECT_EQ(entry_of(history_kind::acknowledged, severity::low), history_weight::act);
    EXPECT_EQ(entry_of(history_kind::unacknowledged, severity::low), history_weight::act);
    EXPECT_EQ(entry_of(history_kind::frozen, severity::info), history_weight::act);
}

TEST(HistoryNews, SumsOfDaysAndLightEventsAreNone)
{
    EXPECT_TRUE(is_news({.at = noon, .kind = history_kind::started}));
    EXPECT_TRUE(is_news({.at = noon, .kind = history_kind::opened, .level = severity::high}));
    EXPECT_FALSE(is_news({.at = noon, .kind = history_kind::delivered}));
    EXPECT_FALSE(is_news({.at = noon, .kind = history_kind::spent})) << "each account has one at midnight";
}

}  // namespace
}  // namespace trunkwarden
