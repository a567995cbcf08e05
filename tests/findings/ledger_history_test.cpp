#include <gtest/gtest.h>

#include <algorithm>

#include "fakes/deviations.hpp"
#include "findings/ledger.hpp"

// The life of a finding: time, people, the audit log.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::ips;
using fakes::noon;
using fakes::unknown_ip;

class LedgerHistory : public testing::Test {
protected:
    std::vector<finding_event> see(std::vector<deviation> seen, time_point at)
    {
        return findings.apply(ips, std::move(seen), {extent::complete, at, at}, {});
    }
    const finding& only() const { return findings.open().at("ips").begin()->second; }
    std::string id() const { return only().id; }

    // How often each event came while the object came and went each minute.
    std::size_t count_events(transition transition, std::chrono::minutes span)
    {
        std::size_t count = 0;
        for (auto minute = 0min; minute < span; ++minute) {
            const std::vector<deviation> there(minute.count() % 2 == 0 ? 1 : 0, unknown_ip("1"));
            for (const auto& event : see(there, noon + minute))
                count += event.transition == transition ? 1 : 0;
        }
        return count;
    }

    ledger findings{"production"};
};

TEST_F(LedgerHistory, OneThatComesAndGoesWithinTheHourIsOneFindingThatSaysHowOften)
{
    see({unknown_ip("1")}, noon);
    const auto first_id = id();
    EXPECT_EQ(see({}, noon + 5min).at(0).transition, transition::resolved);
    const auto again = see({unknown_ip("1")}, noon + 10min);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].transition, transition::opened);
    EXPECT_EQ(again[0].about.id, first_id);
    EXPECT_EQ(again[0].about.occurrences, 2U);
    EXPECT_EQ(again[0].about.first_seen, noon);
    EXPECT_EQ(again[0].about.opened, noon + 10min);
    EXPECT_EQ(again[0].about.earlier, (std::vector<opening>{{noon, noon + 5min}}));
}

TEST_F(LedgerHistory, DoesNotFloodHoweverOftenItComesAndGoes)
{
    EXPECT_LE(count_events(transition::opened, 120min), 2U);
    EXPECT_EQ(only().occurrences, 60U);
    ledger fresh("production");
    findings = std::move(fresh);
    EXPECT_LE(count_events(transition::resolved, 120min), 1U);
    findings = ledger("production");
    EXPECT_LE(count_events(transition::changed, 120min), 5U) << "at 4, 8, 16, 32 times";
}

TEST_F(LedgerHistory, OneThatCameAndWentResolvesWhenItStayedAwayForAnHour)
{
    see({unknown_ip("1")}, noon);
    see({}, noon + 1min);
    see({unknown_ip("1")}, noon + 2min);
    EXPECT_TRUE(see({}, noon + 3min).empty());
    EXPECT_EQ(findings.size(), 1U) << "still open";
    EXPECT_TRUE(see({}, noon + 62min).empty());
    const auto ended = findings.confirm(ips, {extent::complete, noon + 63min, noon + 63min});
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].transition, transition::resolved);
    EXPECT_EQ(ended[0].about.occurrences, 2U);
}

TEST_F(LedgerHistory, AFindingThatIsBackAfterMoreThanAnHourIsANewOneUnderTheSameId)
{
    see({unknown_ip("1")}, noon);
    const auto before = id();
    see({}, noon + 1min);
    findings.pass_time(0ms, ledger::attesting::nothing, noon + 62min);
    const auto events = see({unknown_ip("1")}, noon + 63min);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].about.id, before);
    EXPECT_EQ(events[0].about.occurrences, 1U);
    EXPECT_EQ(events[0].about.first_seen, noon + 63min);
}

TEST_F(LedgerHistory, RemindsOfWhatNobodyAcknowledged)
{
    see({unknown_ip("1")}, noon);
    EXPECT_TRUE(findings.pass_time(4h, ledger::attesting::nothing, noon + 239min).empty());
    const auto first = findings.pass_time(4h, ledger::attesting::nothing, noon + 4h);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].transition, transition::reminder);
    EXPECT_TRUE(findings.pass_time(4h, ledger::attesting::nothing, noon + 5h).empty())
        << "reminded an hour ago";
    EXPECT_EQ(findings.pass_time(4h, ledger::attesting::nothing, noon + 8h).size(), 1U);
    EXPECT_TRUE(findings.pass_time(0ms, ledger::attesting::nothing, noon + 100h).empty())
        << "0 switches reminders off";
}

TEST_F(LedgerHistory, AcknowledgedIsSilentUntilItsTimeIsOver)
{
    see({unknown_ip("1")}, noon);
    const auto event = findings.acknowledge(id(), {"known, being moved", noon + 1min, noon + 10h});
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(event->transition, transition::acknowledged);
    EXPECT_EQ(only().status, finding_status::acknowledged);
    EXPECT_TRUE(findings.pass_time(4h, ledger::attesting::nothing, noon + 9h).empty());
    const auto over = findings.pass_time(4h, ledger::attesting::nothing, noon + 10h);
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].transition, transition::reminder);
    EXPECT_EQ(only().status, finding_status::open);
    EXPECT_FALSE(only().acknowledged);
}

TEST_F(LedgerHistory, AnAcknowledgementHoldsForTheStateThatWasSeenOnly)
{
    see({unknown_ip("1")}, noon);
    ASSERT_TRUE(findings.acknowledge(id(), {"known", noon, std::nullopt}));
    EXPECT_TRUE(see({unknown_ip("1")}, noon + 1min).empty());
    auto other = unknown_ip("1");
    other.fields[0].actual = "192.0.2.99";
    const auto events = see({other}, noon + 2min);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].transition, transition::changed);
    EXPECT_EQ(only().status, finding_status::open);
}

TEST_F(LedgerHistory, OfTwoOperatorsAtOnceTheLastOneHasIt)
{
    see({unknown_ip("1")}, noon);
    ASSERT_TRUE(findings.acknowledge(id(), {"I look", noon, {}, "dana"}));
    ASSERT_TRUE(findings.acknowledge(id(), {"so do I", noon + 1s, {}, "trent"}));
    EXPECT_EQ(only().acknowledged->by, "trent");
}

TEST_F(LedgerHistory, RefusesToAcknowledgeWhatIsNotThereOrInThePast)
{
    see({unknown_ip("1")}, noon);
    EXPECT_EQ(findings.acknowledge("f-000000000000", {"x", noon, {}}).error().kind, errc::not_found);
    EXPECT_EQ(findings.acknowledge(id(), {"x", noon, noon - 1s}).error().kind, errc::bad_usage);
    EXPECT_EQ(only().status, finding_status::open);
    EXPECT_EQ(findings.unacknowledge(id(), noon).error().kind, errc::bad_usage);
}

TEST_F(LedgerHistory, TakingAnAcknowledgementBackTellsThatItIsOpenAgain)
{
    see({unknown_ip("1")}, noon);
    ASSERT_TRUE(findings.acknowledge(id(), {"known", noon, {}}));
    const auto event = findings.unacknowledge(id(), noon + 1min);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->transition, transition::changed);
    EXPECT_EQ(event->about.status, finding_status::open);
}

TEST_F(LedgerHistory, WhatComesBackAfterContainmentIsRecreatedAndCritical)
{
    see({unknown_ip("1", severity::high)}, noon);
    const auto before = id();
    ASSERT_TRUE(findings.contain(before, std::nullopt, noon + 1min));
    EXPECT_TRUE(see({unknown_ip("1", severity::high)}, noon + 1min).empty()) << "a look that began before";
    EXPECT_EQ(see({}, noon + 3min).at(0).transition, transition::resolved);
    const auto back = see({unknown_ip("1", severity::high)}, noon + 4min);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].transition, transition::recreated);
    EXPECT_EQ(back[0].about.deviation.kind, deviation_kind::recreated);
    EXPECT_EQ(back[0].about.deviation.level, severity::critical);
    EXPECT_EQ(back[0].about.id, before);
    EXPECT_TRUE(see({unknown_ip("1", severity::high)}, noon + 5min).empty());
}

TEST_F(LedgerHistory, WhatChangesAfterContainmentIsRecreated)
{
    see({unknown_ip("1")}, noon);
    ASSERT_TRUE(findings.contain(id(), unknown_ip("1"), noon));
    EXPECT_TRUE(see({unknown_ip("1")}, noon + 30s).empty()) << "as it was left";
    auto other = unknown_ip("1");
    other.fields[0].actual = "192.0.2.99";
    EXPECT_EQ(see({other}, noon + 1min).at(0).transition, transition::recreated);
    EXPECT_EQ(only().status, finding_status::open);
}

TEST_F(LedgerHistory, WhatWasRemovedAndIsSeenAgainIsRecreatedAtOnce)
{
    see({unknown_ip("1")}, noon);
    ASSERT_TRUE(findings.contain(id(), std::nullopt, noon));
    const auto events = see({unknown_ip("1")}, noon + 1min);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].transition, transition::recreated) << "the same as before is not as it was left";
}

TEST_F(LedgerHistory, WhatSomebodyReleasedComesBackAsItself)
{
    see({unknown_ip("1")}, noon);
    const auto before = id();
    ASSERT_TRUE(findings.contain(before, std::nullopt, noon));
    EXPECT_EQ(findings.release(before, noon + 1s).value().about.status, finding_status::open);
    EXPECT_TRUE(see({unknown_ip("1")}, noon + 1min).empty());
    EXPECT_EQ(only().deviation.kind, deviation_kind::unknown);

    ASSERT_TRUE(findings.contain(before, std::nullopt, noon + 2min));
    see({}, noon + 3min);
    EXPECT_FALSE(findings.release(before, noon + 4min)) << "it is over: there is nobody to tell";
    EXPECT_EQ(see({unknown_ip("1")}, noon + 5min).at(0).transition, transition::opened);
}

TEST_F(LedgerHistory, TellsWhatTheQuarantineDoesOnceAndOnlyAloudWhenAsked)
{
    see({unknown_ip("1")}, noon);
    using notice = ledger::announcement;
    EXPECT_FALSE(findings.note_quarantine(id(), "dry run: would remove it", notice::quietly, noon));
    EXPECT_EQ(only().quarantine, "dry run: would remove it");
    EXPECT_EQ(findings.take_unsaved().size(), 1U) << "it outlives the process all the same";
    EXPECT_EQ(findings.note_quarantine(id(), "it waits", notice::aloud, noon)->transition,
              transition::changed);
    EXPECT_FALSE(findings.note_quarantine(id(), "it waits", notice::aloud, noon)) << "said already";
}

class LedgerAndAudit : public LedgerHistory {
protected:
    void log_says(std::vector<audit_event> events, time_point at) { log.take(std::move(events), at); }
    audit_memory log;
};

TEST_F(LedgerAndAudit, AFindingCarriesTheActorThatAnEventNames)
{
    see({unknown_ip("1")}, noon);
    log_says({fakes::audited("e-1", "1", "u-1", noon - 5s)}, noon + 10s);
    const auto events = findings.attribute_open(log, noon + 10s);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].transition, transition::changed);
    ASSERT_TRUE(events[0].about.by);
    EXPECT_EQ(events[0].about.by->user_id, "u-1");
    EXPECT_EQ(events[0].about.trail, audit_trail::explained);
    EXPECT_TRUE(findings.attribute_open(log, noon + 20s).empty()) << "told once";
}

TEST_F(LedgerAndAudit, AnOpeningExplainedAtOnceIsToldOnceWithItsActor)
{
    log_says({fakes::audited("e-1", "1", "u-1", noon - 5s)}, noon);
    auto events = see({unknown_ip("1")}, noon);
    for (auto& more : findings.attribute_open(log, noon))
        events.push_back(more);
    const auto told = collapse(events);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].transition, transition::opened);
    ASSERT_TRUE(told[0].about.by);
}

TEST_F(LedgerAndAudit, HeavyFindingsByOneActorWithinFifteenMinutesAreOneCriticalIncident)
{
    see({unknown_ip("1", severity::high), unknown_ip("2", severity::high), unknown_ip("3", severity::high)},
        noon);
    log_says({fakes::audited("e-1", "1", "u-1", noon), fakes::audited("e-2", "2", "u-1", noon - 14min),
              fakes::audited("e-3", "3", "u-2", noon)},
             noon + 1s);
    findings.attribute_open(log, noon + 1s);
    std::map<std::string, finding> by_object;
    for (const auto& finding : findings.all_open())
        by_object[finding.deviation.id] = finding;
    EXPECT_EQ(by_object["1"].incident, by_object["2"].incident);
    EXPECT_TRUE(by_object["1"].incident.starts_with("i-"));
    EXPECT_EQ(by_object["1"].deviation.level, severity::critical);
    EXPECT_EQ(by_object["2"].deviation.level, severity::critical);
    EXPECT_EQ(by_object["3"].incident, "") << "another actor";
    EXPECT_EQ(by_object["3"].deviation.level, severity::high);
    EXPECT_TRUE(see({unknown_ip("1", severity::high), unknown_ip("2", severity::high),
                     unknown_ip("3", severity::high)},
                    noon + 30s)
                    .empty())
        << "a reading does not make them lighter again";
}

TEST_F(LedgerAndAudit, FindingsFarApartOrLightOrOfNobodyAreNoIncident)
{
    see({unknown_ip("1", severity::high), unknown_ip("2", severity::high), unknown_ip("3", severity::medium),
         unknown_ip("4", severity::high), unknown_ip("5", severity::high)},
        noon);
    log_says({fakes::audited("e-1", "1", "u-1", noon), fakes::audited("e-2", "2", "u-1", noon - 16min),
              fakes::audited("e-3", "3", "u-1", noon), fakes::audited("e-4", "4", "", noon),
              fakes::audited("e-5", "5", "", noon)},
             noon + 1s);
    findings.attribute_open(log, noon + 1s);
    for (const auto& finding : findings.all_open())
        EXPECT_EQ(finding.incident, "") << finding.deviation.id;
}

TEST_F(LedgerAndAudit, AChangeWithoutAnEventIsMarkedAfterTenMinutesOfALogThatWasRead)
{
    for (auto at = noon - 1h; at <= noon + 20min; at += 1min)
        log.take({}, at);
    const auto long_watched = std::optional(noon - 30min);
    see({unknown_ip("1")}, noon);
    findings.mark_trails(log, long_watched, noon + 9min);
    EXPECT_EQ(only().trail, audit_trail::not_known) << "its event may still come";
    findings.take_unsaved();
    findings.mark_trails(log, long_watched, noon + 10min);
    EXPECT_EQ(only().trail, audit_trail::none);
    EXPECT_EQ(findings.take_unsaved().size(), 1U);
}

TEST_F(LedgerAndAudit, WhatMayBeOldOrWhileTheLogWasNotReadIsNotSaidToLackATrail)
{
    see({unknown_ip("1")}, noon);
    findings.mark_trails(log, noon - 30min, noon + 30min);
    EXPECT_EQ(only().trail, audit_trail::not_known) << "the log was never read";
    for (auto at = noon - 1h; at <= noon + 40min; at += 1min)
        log.take({}, at);
    findings.mark_trails(log, noon + 1s, noon + 30min);
    EXPECT_EQ(only().trail, audit_trail::not_known)
        << "there when the watch began, for how long nobody knows";
}

deviation two_factor_event(time_point at)
{
    deviation out;
    out.type = find_resource("two_factor");
    out.id = "e-1";
    out.label = "two_factor_enabled";
    out.kind = deviation_kind::changed;
    out.level = severity::high;
    out.modified_at = rfc3339(at);
    out.from_event = true;
    return out;
}

TEST_F(LedgerHistory, AFindingFromAnEventIsNotResolvedByAnyList)
{
    const auto& two_factor = *find_resource("two_factor");
    EXPECT_EQ(findings.apply_event(two_factor_event(noon), {}, noon).size(), 1U);
    EXPECT_TRUE(findings.apply_event(two_factor_event(noon), {}, noon + 1s).empty()) << "told once";
    EXPECT_TRUE(findings.apply(two_factor, {}, {extent::complete, noon + 1min, noon + 1min}, {}).empty());
    EXPECT_TRUE(findings.settle_events("two_factor", noon - 24h, noon + 2min).empty())
        << "the attestation is older than the event";
    EXPECT_EQ(findings.settle_events("two_factor", noon + 12h, noon + 13h).size(), 1U);
    EXPECT_EQ(findings.size(), 0U);
}

TEST_F(LedgerHistory, AFindingFromAnEventEndsADayAfterSomebodyAcknowledgedIt)
{
    const auto opened = findings.apply_event(two_factor_event(noon), {}, noon);
    ASSERT_TRUE(findings.acknowledge(opened.at(0).about.id, {"it was me", noon, {}}));
    EXPECT_TRUE(findings.pass_time(4h, ledger::attesting::nothing, noon + 23h).empty());
    const auto ended = findings.pass_time(4h, ledger::attesting::nothing, noon + 24h);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].transition, transition::resolved);
}

TEST_F(LedgerHistory, AChangeOfTwoFactorAuthenticationLastsUntilItIsAttestedAnew)
{
    const auto opened = findings.apply_event(two_factor_event(noon), {}, noon);
    ASSERT_TRUE(findings.acknowledge(opened.at(0).about.id, {"it was me", noon, {}}));
    EXPECT_TRUE(findings.pass_time(4h, ledger::attesting::two_factor, noon + 100h).empty());
    EXPECT_EQ(findings.settle_events("two_factor", noon + 12h, noon + 101h).size(), 1U);
}

TEST_F(LedgerHistory, RemindsOfTheHeaviestTenOfMany)
{
    std::vector<deviation> many;
    for (int i = 0; i < 30; ++i)
        many.push_back(unknown_ip(std::to_string(i), i < 5 ? severity::critical : severity::low));
    see(many, noon);
    const auto reminders = findings.pass_time(4h, ledger::attesting::nothing, noon + 4h);
    ASSERT_EQ(reminders.size(), 10U);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(reminders[static_cast<std::size_t>(i)].about.deviation.level, severity::critical);
    EXPECT_TRUE(findings.pass_time(4h, ledger::attesting::nothing, noon + 5h).empty());
}

TEST_F(LedgerAndAudit, ASecondChangeIsNotBlamedOnWhoMadeTheFirst)
{
    see({unknown_ip("1")}, noon);
    log_says({fakes::audited("e-1", "1", "alice", noon - 5s)}, noon + 1s);
    findings.attribute_open(log, noon + 1s);
    auto other = unknown_ip("1");
    other.fields[0].actual = "192.0.2.99";
    EXPECT_FALSE(see({other}, noon + 10min).at(0).about.by);
    auto second = fakes::audited("e-2", "1", "mallory", noon + 9min);
    second.change_type = "update";
    second.changes = {{"ip_address", "(redacted)", "(redacted)"}};
    log_says({second}, noon + 10min);
    findings.attribute_open(log, noon + 10min);
    ASSERT_TRUE(only().by);
    EXPECT_EQ(only().by->user_id, "mallory");
}

TEST_F(LedgerAndAudit, WhatWasAcknowledgedIsOpenAgainWhenItTurnsOutToBePartOfAnIncident)
{
    see({unknown_ip("1", severity::high), unknown_ip("2", severity::high)}, noon);
    ASSERT_TRUE(findings.acknowledge(id(), {"known", noon, {}}));
    log_says({fakes::audited("e-1", "1", "u-1", noon), fakes::audited("e-2", "2", "u-1", noon)}, noon + 1s);
    findings.attribute_open(log, noon + 1s);
    for (const auto& finding : findings.all_open())
        EXPECT_EQ(finding.status, finding_status::open) << finding.deviation.id;
}

TEST(Collapse, MergesIntoTheLastEventOfAFindingOnly)
{
    const auto told =
        collapse({fakes::event(transition::opened, "1"), fakes::event(transition::resolved, "1"),
                  fakes::event(transition::opened, "1"), fakes::event(transition::changed, "1")});
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[2].transition, transition::opened);
}

TEST(ToldLate, SaysOnceHowAFindingIsByNow)
{
    const auto open =
        coalesced({fakes::event(transition::opened, "1"), fakes::event(transition::resolved, "1"),
                   fakes::event(transition::opened, "1"), fakes::event(transition::opened, "2")});
    ASSERT_EQ(open.size(), 2U);
    EXPECT_EQ(open[0].transition, transition::opened);
    const auto over =
        coalesced({fakes::event(transition::opened, "1"), fakes::event(transition::changed, "1"),
                   fakes::event(transition::resolved, "1")});
    ASSERT_EQ(over.size(), 2U);
    EXPECT_EQ(over[0].transition, transition::opened);
    EXPECT_EQ(over[1].transition, transition::resolved);
}

TEST_F(LedgerHistory, GoesOnWhereAnEarlierRunStopped)
{
    see({unknown_ip("1"), unknown_ip("2")}, noon);
    see({unknown_ip("1")}, noon + 1min);
    ledger next("production");
    for (const auto& finding : findings.all_open())
        next.restore(finding);
    EXPECT_TRUE(next.apply(ips, {unknown_ip("1")}, {extent::complete, noon + 2min, noon + 2min}, {}).empty())
        << "it was told before";
    const auto events = next.apply(ips, {}, {extent::complete, noon + 3min, noon + 3min}, {});
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].transition, transition::resolved);
}

}  // namespace
}  // namespace trunkwarden
