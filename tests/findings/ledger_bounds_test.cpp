#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/deviations.hpp"
#include "fakes/times.hpp"
#include "findings/ledger.hpp"

// Somebody who keeps a list from being read whole, and makes one object after another.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::ips;
using fakes::noon;
using testing::HasSubstr;

constexpr auto most = static_cast<int>(ledger::max_unseen);

class LedgerBounds : public testing::Test {
protected:
    static deviation unknown(int number, severity level)
    {
        deviation out;
        out.type = &ips;
        out.id = std::to_string(number);
        out.label = "192.0.2.66:5060";
        out.kind = deviation_kind::unknown;
        out.level = level;
        return out;
    }

    // A reading, half a minute after the one before.
    ledger::events read(std::vector<deviation> shown, extent completeness = extent::partial)
    {
        now += 30s;
        const observation observation{completeness, now - 1s, now};
        auto out = findings.apply(ips, std::move(shown), observation, {});
        const auto asked_for = ask(findings.unseen_surplus(ips, observation));
        for (auto& ended : findings.end_unseen_surplus(ips, observation, asked_for))
            out.push_back(std::move(ended));
        return out;
    }
    static std::vector<deviation> many(int first, int count, severity level = severity::high)
    {
        std::vector<deviation> out;
        for (int number = first; number < first + count; ++number)
            out.push_back(unknown(number, level));
        return out;
    }
    static std::vector<std::string> ended(const ledger::events& events)
    {
        std::vector<std::string> out;
        for (const auto& event : events)
            if (event.transition == transition::resolved)
                out.push_back(event.about.deviation.id);
        return out;
    }

    // An old finding, and so many newer ones that it is the surplus of the next reading.
    std::string make_surplus()
    {
        auto old = read({unknown(1, severity::high)}).at(0).about.id;
        read(many(1'000, most));
        return old;
    }
    bool is_open(std::string_view id) const { return findings.open().at("ips").contains(id); }

    ledger findings{"production"};
    time_point now = noon;
    std::function<ledger::asked_objects(const std::vector<std::string>&)> ask =
        [](const std::vector<std::string>&) { return ledger::asked_objects{}; };
};

TEST_F(LedgerBounds, OfAListThatIsNeverReadWholeNoMoreThanAThousandUnseenOnesStayOpen)
{
    constexpr int at_once = 250;
    for (int reading = 0; reading < 40; ++reading) {
        read(many(reading * at_once, at_once));
        EXPECT_LE(findings.size(), ledger::max_unseen + at_once);
    }
    EXPECT_EQ(findings.size(), ledger::max_unseen + at_once);
    EXPECT_EQ(findings.take_given_way().unseen, 40U * at_once - ledger::max_unseen - at_once);
    EXPECT_EQ(findings.take_given_way().unseen, 0U) << "told once";
}

TEST_F(LedgerBounds, TheAcknowledgedTheLightestAndTheOldestGoFirst)
{
    now -= 1h;
    const auto looked_into = read({unknown(1, severity::critical)}).at(0).about.id;
    now += 1h;
    ASSERT_TRUE(findings.acknowledge(looked_into, {"it was me", now, {}}));
    read({unknown(2, severity::critical)});
    read({unknown(3, severity::medium)});
    read({unknown(4, severity::high)});
    read(many(1'000, most - 4));
    EXPECT_EQ(ended(read(many(10'000, 1))), std::vector<std::string>()) << "a thousand may stay";
    EXPECT_EQ(ended(read(many(10'001, 1))), std::vector<std::string>{"1"});
    EXPECT_EQ(ended(read(many(10'002, 1))), std::vector<std::string>{"3"});
    EXPECT_EQ(ended(read(many(10'003, 1))), std::vector<std::string>{"4"});
    read(many(20'000, 600));
    EXPECT_EQ(ended(read(many(30'000, 600))).size(), 600U);
    const auto& open = findings.open().at("ips");
    EXPECT_TRUE(std::ranges::any_of(open, [](const auto& pair) { return pair.second.deviation.id == "2"; }))
        << "a critical one outlives lighter ones";
}

TEST_F(LedgerBounds, WhatTheLastReadingShowedNeverEnds)
{
    for (int reading = 0; reading < 20; ++reading) {
        auto shown = many(1, 1, severity::low);
        for (auto& decoy : many(1'000 * (reading + 1), 400, severity::critical))
            shown.push_back(std::move(decoy));
        for (const auto& id : ended(read(std::move(shown))))
            EXPECT_NE(id, "1");
    }
}

TEST_F(LedgerBounds, AnEndSaysThatNothingShowsTheObjectToBeGone)
{
    read(many(0, most));
    const auto events = read(many(most, 1));
    ASSERT_TRUE(ended(events).empty());
    const auto more = read(many(most + 1, 1));
    const auto over = std::ranges::find(more, transition::resolved, &finding_event::transition);
    ASSERT_NE(over, more.end());
    EXPECT_THAT(over->about.quarantine, HasSubstr("nothing shows that its object is gone"));
    const auto again = read({unknown(std::stoi(over->about.deviation.id), severity::high)});
    ASSERT_FALSE(again.empty());
    EXPECT_EQ(again[0].transition, transition::opened) << "it is told when it is seen again";
    EXPECT_EQ(again[0].about.id, over->about.id);
    EXPECT_EQ(again[0].about.quarantine, "");
}

TEST_F(LedgerBounds, OneThatWasAskedForAndIsThereWasSeen)
{
    const auto old = make_surplus();
    ask = [this, &old](const std::vector<std::string>& surplus) {
        if (std::ranges::find(surplus, old) != surplus.end())
            findings.was_there(old, now);
        return ledger::asked_objects{};
    };
    EXPECT_EQ(ended(read(many(5'000, 1))), std::vector<std::string>());
    EXPECT_EQ(ended(read(many(5'001, 1))).size(), 2U) << "newer ones that nobody asked for";
    EXPECT_TRUE(is_open(old));
}

TEST_F(LedgerBounds, OneThatWasAskedForAndIsGoneEndsAndSaysSo)
{
    const auto old = make_surplus();
    ask = [](const std::vector<std::string>& surplus) {
        return ledger::asked_objects{{surplus.begin(), surplus.end()}, {}};
    };
    const auto events = read(many(5'000, 1));
    ASSERT_EQ(ended(events), std::vector<std::string>{"1"});
    EXPECT_FALSE(is_open(old));
    const auto over = std::ranges::find(events, transition::resolved, &finding_event::transition);
    EXPECT_THAT(over->about.quarantine, HasSubstr("the API does not find the object"));
    EXPECT_EQ(findings.take_given_way().unseen, 0U) << "it did not give way to others";
}

// The endpoint that would say so is used up.
TEST_F(LedgerBounds, OneThatWasAskedForInVainStaysBesideTheThousand)
{
    const auto old = make_surplus();
    ask = [&old](const std::vector<std::string>&) { return ledger::asked_objects{{}, {old}}; };
    for (int reading = 0; reading < 5; ++reading)
        read(many(5'000 + reading, 1));
    EXPECT_TRUE(is_open(old));
    EXPECT_EQ(findings.size(), ledger::max_unseen + 2) << "it, a thousand, and the one that is shown";
}

TEST_F(LedgerBounds, AnOutageEndsNothing)
{
    read(many(0, 3 * most));
    for (int reading = 0; reading < 5; ++reading)
        EXPECT_TRUE(read({}).empty());
    EXPECT_EQ(findings.size(), 3U * ledger::max_unseen);
}

TEST_F(LedgerBounds, FindingsThatAWholeReadingShowedStay)
{
    read(many(0, 2 * most), extent::complete);
    EXPECT_EQ(ended(read(many(5'000, 1))), std::vector<std::string>());
    EXPECT_EQ(findings.size(), 2U * ledger::max_unseen + 1);
}

TEST_F(LedgerBounds, WhatWasOpenBeforeARestartStays)
{
    read(many(0, 2 * most), extent::complete);
    ledger next("production");
    for (const auto& finding : findings.all_open())
        next.restore(finding);
    const observation part{extent::partial, now + 29s, now + 30s};
    next.apply(ips, many(5'000, 1), part, {});
    EXPECT_EQ(ended(next.end_unseen_surplus(ips, part, {})), std::vector<std::string>());
    EXPECT_EQ(next.size(), 2U * ledger::max_unseen + 1);
}

TEST_F(LedgerBounds, WhatTheQuarantineMadeHarmlessGivesWayBeforeWhatStillWorks)
{
    read(many(0, most, severity::critical));
    for (const auto& finding : findings.all_open())
        ASSERT_TRUE(findings.contain(finding.id, std::nullopt, now));
    read(many(most, 10));
    const auto gone = ended(read(many(5'000, 1)));
    EXPECT_EQ(gone.size(), 10U);
    for (const auto& id : gone)
        EXPECT_LT(std::stoi(id), most);
}

// Each object is in the audit log, and no reading of the list shows any.
TEST_F(LedgerBounds, ObjectsThatOnlyTheirOwnReadingsShowHaveTheSameBound)
{
    for (int number = 0; number < 3 * most; ++number) {
        now += 1s;
        findings.apply(ips, {unknown(number, severity::high)}, {extent::partial, now, now}, {});
        if (number % 30 == 0)
            read({});
    }
    EXPECT_LE(findings.size(), ledger::max_unseen + 30);
}

TEST_F(LedgerBounds, OfFindingsThatEndedAMomentAgoFiveThousandAreKnownAgain)
{
    constexpr int at_once = 1'000;
    for (int reading = 0; reading < 8; ++reading) {
        read(many(reading * at_once, at_once, reading == 0 ? severity::critical : severity::high),
             extent::complete);
        read({}, extent::complete);
    }
    EXPECT_GE(findings.take_given_way().recent, 3U * at_once);
    EXPECT_EQ(read({unknown(1, severity::critical)}, extent::complete).at(0).about.occurrences, 2U)
        << "the heaviest are known longest";
    EXPECT_EQ(read({unknown(1'001, severity::high)}, extent::complete).at(0).about.occurrences, 1U);
}

}  // namespace
}  // namespace trunkwarden
