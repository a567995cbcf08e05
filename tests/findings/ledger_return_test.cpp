#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fakes/deviations.hpp"
#include "findings/finding_state.hpp"
#include "findings/ledger.hpp"

// An acknowledgement is about one state of an object that is there; and an object that comes back and stays
// is reported.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::ips;
using fakes::noon;
using fakes::unknown_ip;
using testing::AllOf;
using testing::HasSubstr;

using events = std::vector<finding_event>;

class LedgerReturn : public testing::Test {
protected:
    LedgerReturn() { findings.show_states(key); }

    events see(std::vector<deviation> seen, time_point at)
    {
        return findings.apply(ips, std::move(seen), {extent::complete, at, at}, {});
    }
    events is_there(time_point at) { return see({unknown_ip("1")}, at); }
    events is_gone(time_point at) { return see({}, at); }
    events is_as_before(time_point at) { return findings.confirm(ips, {extent::complete, at, at}); }
    const finding& only() const { return findings.open().at("ips").begin()->second; }
    events is_exceeded(time_point at, bool goes_on)
    {
        auto seen = unknown_ip("1");
        seen.kind = deviation_kind::exceeded;
        seen.goes_on = goes_on;
        return see({std::move(seen)}, at);
    }
    result<finding_event> ack(time_point at, std::string_view state = {})
    {
        return findings.acknowledge(only().id, {"known", at, {}}, state);
    }
    static deviation with_address(std::string address)
    {
        auto out = unknown_ip("1");
        out.fields[0].actual = out.fields[0].canonical_value = std::move(address);
        return out;
    }
    // The object came and went so often that the next doubling is far away.
    time_point after_many_returns()
    {
        auto at = noon;
        for (int times = 0; times < 9; ++times, at += 2min) {
            is_there(at);
            is_gone(at + 1min);
        }
        EXPECT_EQ(only().occurrences, 9U);
        return at;
    }

    fingerprinter key;
    ledger findings{"production"};
};

TEST_F(LedgerReturn, OfALimitThatIsPassedAgainAfterItsFindingWasContainedIsTold)
{
    is_exceeded(noon, false);
    ASSERT_TRUE(findings.contain(only().id, only().deviation, noon + 1min));
    EXPECT_TRUE(is_exceeded(noon + 2min, false).empty()) << "as it was left";
    const auto again = is_exceeded(noon + 3min, true);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again.front().transition, transition::changed);
    EXPECT_EQ(only().status, finding_status::open);
    ASSERT_TRUE(findings.contain(only().id, only().deviation, noon + 4min));
    EXPECT_TRUE(is_exceeded(noon + 5min, false).empty()) << "once more as it was left";
}

TEST_F(LedgerReturn, EachReturnIsAnOpeningOfItsOwnAndTheLastTenEarlierOnesAreKept)
{
    is_there(noon);
    is_gone(noon + 5min);
    is_there(noon + 10min);
    is_gone(noon + 12min);
    EXPECT_EQ(only().opened, noon + 10min) << "it may be there again in a moment";
    is_there(noon + 20min);
    EXPECT_EQ(only().opened, noon + 20min);
    EXPECT_EQ(only().first_seen, noon);
    EXPECT_EQ(only().earlier, (std::vector<opening>{{noon, noon + 5min}, {noon + 10min, noon + 12min}}));
    for (auto at = noon + 22min; at < noon + 62min; at += 4min) {
        is_gone(at);
        is_there(at + 2min);
    }
    EXPECT_EQ(only().earlier.size(), max_earlier_openings);
    EXPECT_EQ(only().earlier.back(), (opening{noon + 56min, noon + 58min}));
}

TEST_F(LedgerReturn, AnEventCarriesTheStateThatTheFindingIsIn)
{
    const auto opened = see({with_address("192.0.2.66")}, noon);
    EXPECT_TRUE(is_state(opened.at(0).about.state)) << opened.at(0).about.state;
    EXPECT_TRUE(see({with_address("192.0.2.66")}, noon + 1min).empty());
    EXPECT_EQ(only().state, opened[0].about.state);
    const auto changed = see({with_address("192.0.2.99")}, noon + 2min);
    EXPECT_NE(changed.at(0).about.state, opened[0].about.state);
    EXPECT_EQ(see({with_address("192.0.2.66")}, noon + 3min).at(0).about.state, opened[0].about.state)
        << "it is as it was";
}

TEST_F(LedgerReturn, TheStateIsTheSameAfterARestartAndInTheRecordOfTheVersionBefore)
{
    see({with_address("192.0.2.66")}, noon);
    ledger next("production");
    next.show_states(key);
    auto kept = only();
    kept.state.clear();
    next.restore(kept);
    EXPECT_EQ(next.open().at("ips").begin()->second.state, only().state);
}

TEST_F(LedgerReturn, AnExactValueThatLooksTheSameForPeopleIsAChange)
{
    see({with_address("192.0.2.66")}, noon);
    auto other = with_address("192.0.2.66");
    other.fields[0].canonical_value = "192.0.2.66 and more";
    const auto told = see({other}, noon + 1min);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].transition, transition::changed);
}

TEST_F(LedgerReturn, AnAcknowledgementOfTheStateBeforeIsRefusedByNameOfBoth)
{
    see({with_address("192.0.2.66")}, noon);
    const auto looked_at = only().state;
    see({with_address("192.0.2.99")}, noon + 1h);
    const auto refused = ack(noon + 10h, looked_at);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, errc::bad_usage);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr(id_with_state(only())), HasSubstr(looked_at),
                                               HasSubstr("trunkwarden findings")));
    EXPECT_EQ(only().status, finding_status::open);
    EXPECT_TRUE(ack(noon + 10h, only().state));
}

TEST_F(LedgerReturn, ABareIdIsRefusedForTenMinutesAfterAChangeAndNotAfterTheOpening)
{
    see({with_address("192.0.2.66")}, noon);
    EXPECT_TRUE(ack(noon + 1s)) << "it was never anything else";
    see({with_address("192.0.2.99")}, noon + 1h);
    const auto refused = ack(noon + 1h + 9min + 59s);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr(only().id), HasSubstr("2026-11-22T13:00:00Z"),
                                               HasSubstr("trunkwarden findings")));
    EXPECT_TRUE(ack(noon + 1h + 1min, only().state)) << "its state was named";
    EXPECT_TRUE(ack(noon + 1h + 10min));
}

TEST_F(LedgerReturn, ABareIdIsRefusedWhenItOpenedAgainAsSomethingElse)
{
    see({with_address("192.0.2.66")}, noon);
    is_gone(noon + 1min);
    see({with_address("192.0.2.66")}, noon + 2min);
    EXPECT_TRUE(ack(noon + 3min)) << "the messages show the same state";
    is_gone(noon + 4min);
    see({with_address("192.0.2.99")}, noon + 5min);
    EXPECT_FALSE(ack(noon + 6min));
}

TEST_F(LedgerReturn, ABareIdIsRefusedWhileTheFindingHasJustBecomeHeavierWithOthers)
{
    see({unknown_ip("1", severity::high), unknown_ip("2", severity::high)}, noon);
    audit_memory log;
    log.take({fakes::audited("e-1", "1", "u-1", noon), fakes::audited("e-2", "2", "u-1", noon)}, noon + 1s);
    ASSERT_EQ(findings.attribute_open(log, noon + 1min).size(), 2U);
    EXPECT_EQ(only().deviation.level, severity::critical);
    EXPECT_FALSE(ack(noon + 2min));
}

TEST_F(LedgerReturn, WhatIsGoneAtTheMomentCannotBeAcknowledged)
{
    is_there(noon);
    is_gone(noon + 1min);
    is_there(noon + 2min);
    is_gone(noon + 3min);
    ASSERT_TRUE(only().absent_since);
    const auto refused = ack(noon + 4min, only().state);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, errc::bad_usage);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr(only().id), HasSubstr("gone since 2026-11-22T12:03:00Z")));
    EXPECT_EQ(only().status, finding_status::open);
}

TEST_F(LedgerReturn, AnAcknowledgementEndsWhenTheObjectIsThereAgainAndThatIsTold)
{
    const auto at = after_many_returns();
    is_there(at);
    ASSERT_TRUE(ack(at + 1h, only().state));
    is_gone(at + 2h);
    const auto back = is_there(at + 2h + 1min);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].transition, transition::changed);
    EXPECT_EQ(back[0].about.status, finding_status::open);
    EXPECT_FALSE(back[0].about.acknowledged);
    EXPECT_TRUE(is_there(at + 2h + 2min).empty()) << "told once";
}

TEST_F(LedgerReturn, AnAcknowledgementThatRunsOutWhileTheObjectIsGoneRemindsOfNothing)
{
    is_there(noon);
    is_gone(noon + 1min);
    is_there(noon + 2min);
    ASSERT_TRUE(findings.acknowledge(only().id, {"known", noon + 3min, noon + 20min}));
    is_gone(noon + 10min);
    EXPECT_TRUE(findings.pass_time(4h, ledger::attesting::nothing, noon + 21min).empty());
    EXPECT_EQ(only().status, finding_status::open);
}

TEST_F(LedgerReturn, WhatStaysForTwoReadingsIsToldHoweverOftenItCameBefore)
{
    auto at = after_many_returns() + 30min;
    for (int times = 10; times < 14; ++times, at += 1h) {
        EXPECT_TRUE(is_there(at).empty());
        const auto stays = times % 2 == 0 ? is_there(at + 1min) : is_as_before(at + 1min);
        ASSERT_EQ(stays.size(), 1U) << times;
        EXPECT_EQ(stays[0].transition, transition::changed);
        EXPECT_EQ(stays[0].about.occurrences, static_cast<unsigned>(times));
        EXPECT_TRUE(is_there(at + 2min).empty()) << "told once";
        is_gone(at + 20min);
    }
}

TEST_F(LedgerReturn, TheSameReadingJudgedAgainIsNoSecondOne)
{
    const auto at = after_many_returns() + 30min;
    EXPECT_TRUE(is_there(at).empty());
    EXPECT_TRUE(findings.apply(ips, {unknown_ip("1")}, {extent::complete, at, at, at + 1min}, {}).empty());
    EXPECT_EQ(is_as_before(at + 2min).size(), 1U);
}

// One that stays for two readings, over and over, would be a message every three readings.
TEST_F(LedgerReturn, ComingAndGoingOnPurposeIsToldSixTimesAnHourAtMost)
{
    const auto start = after_many_returns();
    std::size_t told = 0;
    for (auto at = start; at < start + 5h; at += 2min) {
        told += is_there(at).size();
        told += is_there(at + 30s).size();
        told += is_gone(at + 1min).size();
    }
    EXPECT_GE(told, 20U) << "it is not forgotten, either";
    EXPECT_LE(told, 5 * 6 + 8U) << "and the doublings";
}

TEST_F(LedgerReturn, WhatStaysSoonAfterAMessageIsToldWhenTenMinutesAreOver)
{
    const auto at = after_many_returns() + 30min;
    is_there(at);
    ASSERT_EQ(is_there(at + 1min).size(), 1U);
    is_gone(at + 2min);
    EXPECT_TRUE(is_there(at + 3min).empty());
    EXPECT_TRUE(is_there(at + 10min).empty());
    EXPECT_EQ(is_there(at + 11min).size(), 1U);
}

TEST_F(LedgerReturn, WhatWasContainedAndComesBackIsThere)
{
    const auto at = after_many_returns() + 30min;
    is_there(at);
    ASSERT_TRUE(findings.contain(only().id, std::nullopt, at + 1min));
    is_gone(at + 2min);
    ASSERT_TRUE(only().absent_since);
    const auto back = is_there(at + 3min);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].transition, transition::recreated);
    EXPECT_FALSE(back[0].about.absent_since) << "it could not be acknowledged";
    EXPECT_TRUE(ack(at + 4min, only().state));
}

TEST_F(LedgerReturn, ARestartDoesNotForgetAReturnThatIsNotToldYet)
{
    const auto at = after_many_returns() + 30min;
    findings.take_unsaved();
    is_there(at);
    ASSERT_EQ(findings.take_unsaved().size(), 1U);
    ledger next("production");
    next.show_states(key);
    next.restore(only());
    EXPECT_EQ(next.confirm(ips, {extent::complete, at + 1min, at + 1min}).size(), 1U);
}

}  // namespace
}  // namespace trunkwarden
