#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "audit/audit_memory.hpp"
#include "database/engines.hpp"
#include "fakes/deviations.hpp"
#include "fakes/state_file_on_disk.hpp"
#include "state/history_table.hpp"
#include "state/state_reader.hpp"

// The same state in both engines.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::example_action;
using fakes::one_of_each;
using testing::ElementsAre;

template <class Engine>
class State : public fakes::state_in<Engine> {
protected:
    time_point now = fakes::whole_milliseconds(std::chrono::system_clock::now());

    history_event event(history_kind kind, std::string sentence) const
    {
        return {.at = now,
                .kind = kind,
                .level = severity::critical,
                .account = "production",
                .resource = "ips",
                .sentence = std::move(sentence)};
    }
    void put(std::vector<history_event> events) const
    {
        state_change change;
        change.events = std::move(events);
        this->keep(change);
    }
    std::vector<std::string> shown(const history_selection& chosen = {}) const
    {
        const auto page = read_history(this->engine.place(), chosen);
        EXPECT_TRUE(page) << page.error().message;
        std::vector<std::string> out;
        if (page)
            for (const auto& event : page->events)
                out.push_back(event.sentence);
        return out;
    }
};

using engines = testing::Types<fakes::sqlite_engine, fakes::postgres_engine>;
TYPED_TEST_SUITE(State, engines);

TYPED_TEST(State, GivesBackAllThatWasWrittenAfterARestart)
{
    const auto wanted = one_of_each(this->now);
    fingerprint_key key{};
    {
        const auto state = this->open();
        ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
        key = state.kept.key;
        const auto written = state.file->write(wanted);
        ASSERT_TRUE(written) << written.error().message;
    }
    const auto state = this->open();
    EXPECT_EQ(state.kept.key, key) << "fingerprints of the run before can still be compared";
    ASSERT_EQ(state.kept.findings.size(), 1U);
    EXPECT_EQ(state.kept.findings[0].id, "f-1");
    ASSERT_EQ(state.kept.deliveries.size(), 1U);
    EXPECT_EQ(state.kept.deliveries[0], wanted.deliveries.at(7));
    EXPECT_EQ(state.kept.secrets, wanted.secrets);
    ASSERT_EQ(state.kept.audited.size(), 1U);
    EXPECT_EQ(state.kept.audited[0].second, wanted.audited.begin()->second);
    EXPECT_EQ(state.kept.taken, wanted.taken);
    ASSERT_EQ(state.kept.balances.size(), 1U);
    EXPECT_EQ(state.kept.balances.at("production"), std::vector{wanted.balances.begin()->second});
    ASSERT_EQ(state.kept.actions.size(), 1U);
    EXPECT_EQ(state.kept.actions[0], example_action(this->now));
    EXPECT_EQ(state.kept.frozen, wanted.frozen);
    EXPECT_EQ(state.kept.unreadable, 0U);
}

TYPED_TEST(State, CommandsReadItBesideTheDaemon)
{
    const auto state = this->open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    ASSERT_TRUE(state.file->write(one_of_each(this->now)));
    EXPECT_EQ(read_findings(this->engine.place(), false).value().size(), 1U);
    EXPECT_EQ(read_actions(this->engine.place()).value().size(), 1U);
    EXPECT_EQ(read_secrets(this->engine.place()).value().key, state.kept.key);
}

TYPED_TEST(State, IsWrittenTwiceWithoutHarm)
{
    const auto change = one_of_each(this->now);
    this->keep(change);
    this->keep(change);
    const auto state = this->open();
    EXPECT_EQ(state.kept.findings.size(), 1U);
    EXPECT_EQ(state.kept.deliveries, std::vector{change.deliveries.at(7)});
    EXPECT_EQ(state.kept.actions.size(), 1U);
}

TYPED_TEST(State, ThawsAndKeepsTheJournal)
{
    this->keep(one_of_each(this->now));
    state_change thaw;
    thaw.frozen.emplace(std::nullopt);
    this->keep(thaw);
    EXPECT_EQ(this->open().kept.frozen, std::nullopt);
    EXPECT_EQ(read_actions(this->engine.place()).value().size(), 1U);
}

TYPED_TEST(State, OfAMessageOnlyTheAttemptsChange)
{
    auto change = one_of_each(this->now);
    this->keep(change);
    auto& message = change.deliveries.at(7);
    const auto told = message.findings;
    message.attempts = 3;
    message.last_error = "connection refused";
    message.findings.clear();
    this->keep(change);
    const auto kept = this->open().kept.deliveries;
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].attempts, 3U);
    EXPECT_EQ(kept[0].last_error, "connection refused");
    EXPECT_EQ(kept[0].findings, told);
    state_change over;
    over.delivered = {7};
    this->keep(over);
    EXPECT_TRUE(this->open().kept.deliveries.empty());
}

TYPED_TEST(State, ASecretThatIsWrittenAgainIsSeen)
{
    const std::string place = "production/ips/1/password";
    this->keep(one_of_each(this->now));
    state_change unseen;
    unseen.unseen_secrets.emplace(place, this->now);
    this->keep(unseen);
    EXPECT_EQ(this->open().kept.unseen_secrets.count(place), 1U);
    state_change again;
    again.secrets.emplace(place, "hmac:01");
    this->keep(again);
    EXPECT_TRUE(this->open().kept.unseen_secrets.empty());
    EXPECT_EQ(this->open().kept.secrets.at(place), "hmac:01");
}

TYPED_TEST(State, ForgetsOldBalancesAndNeverTheLastOfThem)
{
    const auto sample_at = [](time_point at) {
        return balance_sample{at, at + 1s, {whole_units(42), "USD"}};
    };
    state_change old;
    for (const auto age : {100h, 60h, 40h})
        old.balances.emplace(std::pair("production", this->now - age), sample_at(this->now - age));
    this->keep(old);
    EXPECT_EQ(this->open().kept.balances.at("production"),
              (std::vector{sample_at(this->now - 60h), sample_at(this->now - 40h)}));
}

// An intruder names his objects; a change that cannot be written would keep all others from being written.
TYPED_TEST(State, TakesNamesThatAreNoText)
{
    auto change = one_of_each(this->now);
    change.deliveries.at(7).last_error = std::string("a\0b\xff", 4);
    change.events.push_back(this->event(history_kind::opened, "half a character: \xc3"));
    this->keep(change);
    EXPECT_EQ(this->open().kept.deliveries.size(), 1U);
    EXPECT_EQ(this->shown().size(), 1U);
}

TYPED_TEST(State, OneDaemonOfAHostHasIt)
{
    const auto first = this->open();
    ASSERT_EQ(first.trouble, state_trouble::none) << first.reason;
    EXPECT_EQ(this->open().trouble, state_trouble::in_use);
}

TYPED_TEST(State, ThatIsLostBeginsFrozen)
{
    this->keep(one_of_each(this->now));
    this->engine.lose();
    {
        const auto state = this->open();
        ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
        EXPECT_TRUE(state.lost);
        EXPECT_TRUE(state.kept.findings.empty());
        ASSERT_TRUE(state.kept.frozen);
        EXPECT_EQ(state.kept.frozen->state_lost, *state.lost);
    }
    EXPECT_TRUE(this->open().kept.frozen) << "after another restart, too";
    EXPECT_FALSE(this->open().lost);
}

TYPED_TEST(State, ShowsEachPartOfTheHistory)
{
    auto other = this->event(history_kind::opened, "other account");
    other.account = "staging";
    other.at = this->now - 2h;
    auto of_finding = this->event(history_kind::opened, "of a finding");
    of_finding.finding = "f-0123456789ab";
    of_finding.at = this->now - 1h;
    auto of_incident = this->event(history_kind::attributed, "of an incident");
    of_incident.finding = of_finding.finding;
    of_incident.incident = "i-0123456789ab";
    this->put({other, of_finding, of_incident});
    EXPECT_THAT(this->shown(), ElementsAre("other account", "of a finding", "of an incident"));
    EXPECT_THAT(this->shown({.account = "staging"}), ElementsAre("other account"));
    EXPECT_THAT(this->shown({.account = "production", .resource = "ips"}),
                ElementsAre("of a finding", "of an incident"));
    EXPECT_THAT(this->shown({.finding = of_finding.finding}), ElementsAre("of a finding", "of an incident"));
    EXPECT_THAT(this->shown({.incident = "i-0123"}), ElementsAre("of a finding", "of an incident"))
        << "what came before it became known belongs to it, too";
    EXPECT_THAT(this->shown({.since = this->now - 90min}), ElementsAre("of a finding", "of an incident"));
    const auto newest = read_history(this->engine.place(), {.most = 1}).value();
    ASSERT_EQ(newest.events.size(), 1U);
    EXPECT_THAT(this->shown({.most = 1, .before = newest.earlier}), ElementsAre("of a finding"));
}

TYPED_TEST(State, TheLightestEventsGoFirst)
{
    history_writer writer({.events = 3'000, .bytes = 10'000'000, .share = 10'000});
    std::size_t gone = 0;
    this->engine.transact([&](statement_runner& into) {
        std::vector<history_event> events{this->event(history_kind::acknowledged, "of a person")};
        for (int number = 0; number < 3'000; ++number) {
            events.push_back(this->event(history_kind::opened, fmt::format("low {}", number)));
            events.back().level = severity::low;
        }
        gone = writer.put(into, events);
    });
    EXPECT_EQ(gone, 31U);
    const auto kept = this->shown({.most = 10'000});
    EXPECT_EQ(kept.size(), 2'971U) << "with the one that says so";
    EXPECT_NE(std::ranges::find(kept, "of a person"), kept.end());
    EXPECT_EQ(std::ranges::find(kept, "low 30"), kept.end());
    EXPECT_NE(std::ranges::find(kept, "low 31"), kept.end());
}

TYPED_TEST(State, OfTheAuditEventsTheNewestStay)
{
    state_change change;
    const auto count = static_cast<int>(audit_memory::max_recent) + 1;
    for (int number = 0; number < count; ++number) {
        const auto id = fmt::format("e-{:06}", number);
        change.audited.emplace(
            std::pair("production", id),
            fakes::audited(id, "1", "u-1", this->now - 1h + std::chrono::milliseconds(number)));
    }
    this->keep(change);
    const auto kept = this->open().kept;
    EXPECT_LT(kept.audited.size(), static_cast<std::size_t>(count));
    ASSERT_FALSE(kept.audited.empty());
    EXPECT_EQ(kept.audited.back().second.id, fmt::format("e-{:06}", count - 1));
    EXPECT_EQ(kept.audit_floors.count("production"), 1U);
}

// An earlier version wrote messages of any size, and there may be more of them than there is memory.
TYPED_TEST(State, NoMoreBodiesAreReadThanAStartCanKeepTheCriticalOnesFirst)
{
    state_change change;
    for (std::int64_t number = 1; number <= 6; ++number) {
        auto& message = change.deliveries[number];
        message.number = number;
        message.id = fmt::format("d-{}", number);
        message.body =
            fmt::format(R"({{"finding":{{"title":"{}","severity":"{}"}}}})", std::string(1000, 'x'),
                        number % 2 == 0 ? "critical" : R"(\"severity\":\"critical\")");
        message.queued = message.next_attempt = this->now;
        message.dead = number == 2;
    }
    this->keep(change);
    std::vector<std::int64_t> with_body;
    this->engine.transact([&](statement_runner& from) {
        for (const auto& message : read_deliveries(from, 3500))
            if (!message.body.empty())
                with_body.push_back(message.number);
    });
    EXPECT_THAT(with_body, ElementsAre(1, 4, 6));
}

}  // namespace
}  // namespace trunkwarden
