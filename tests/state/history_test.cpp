#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <SQLiteCpp/Transaction.h>
#include <algorithm>
#include <fmt/format.h>

#include "fakes/state_file_on_disk.hpp"
#include "state/history_table.hpp"
#include "state/sqlite_runner.hpp"
#include "state/state_database.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using sentences = std::vector<std::string>;

sentences sentences_of(const std::vector<history_event>& events)
{
    sentences out;
    out.reserve(events.size());
    for (const auto& event : events)
        out.push_back(event.sentence);
    return out;
}

class History : public fakes::state_file_on_disk {
protected:
    history_event event(history_kind kind, std::string sentence, severity level = severity::critical) const
    {
        return {.at = now,
                .kind = kind,
                .level = level,
                .account = "production",
                .resource = "ips",
                .sentence = std::move(sentence)};
    }
    history_event about(std::string finding, history_kind kind, std::string sentence,
                        std::string incident = {}) const
    {
        auto out = event(kind, std::move(sentence));
        out.finding = std::move(finding);
        out.incident = std::move(incident);
        return out;
    }
    void put(std::vector<history_event> events) const
    {
        state_change change;
        change.events = std::move(events);
        keep(change);
    }
    sentences shown(const history_selection& chosen = {}) const
    {
        const auto page = read_history(file, chosen);
        EXPECT_TRUE(page) << page.error().message;
        return page ? sentences_of(page->events) : sentences{};
    }
    errc refusal(const history_selection& chosen) const
    {
        const auto page = read_history(file, chosen);
        EXPECT_FALSE(page);
        return page ? errc::cancelled : page.error().kind;
    }
};

TEST_F(History, IsReadAsItWasWrittenTheOldestFirst)
{
    history_event whole{.at = now,
                        .kind = history_kind::action,
                        .level = severity::high,
                        .account = "production",
                        .resource = "ips",
                        .finding = "f-1",
                        .incident = "i-0123456789ab",
                        .action = "a-1",
                        .sentence = "done: remove SIP IP",
                        .by = "dana"};
    put({whole, event(history_kind::opened, "second")});
    const auto page = read_history(file, {});
    ASSERT_TRUE(page);
    ASSERT_THAT(page->events, SizeIs(2));
    EXPECT_EQ(page->events[0], whole);
    EXPECT_EQ(page->events[1].sentence, "second");
    EXPECT_EQ(page->earlier, "");
}

TEST_F(History, WhatAnIntruderWroteIsOneShortLine)
{
    put({event(history_kind::opened, "Unknown\n\x1b[2J" + std::string(5'000, 'x'))});
    const auto kept = shown();
    ASSERT_THAT(kept, SizeIs(1));
    EXPECT_LT(kept[0].size(), 600U);
    EXPECT_EQ(kept[0].find('\n'), std::string::npos);
    EXPECT_EQ(kept[0].find('\x1b'), std::string::npos);
}

TEST_F(History, IsFiltered)
{
    auto lab = event(history_kind::opened, "lab");
    lab.account = "lab";
    auto number = event(history_kind::opened, "number");
    number.resource = "phone_numbers";
    auto old = event(history_kind::opened, "old");
    old.at = now - 2h;
    put({old, lab, number, event(history_kind::opened, "ips"),
         about("f-1", history_kind::changed, "of f-1")});
    EXPECT_THAT(shown(), ElementsAre("old", "lab", "number", "ips", "of f-1"));
    EXPECT_THAT(shown({.since = now - 1h}), ElementsAre("lab", "number", "ips", "of f-1"));
    EXPECT_THAT(shown({.since = now + 1ms}), IsEmpty());
    EXPECT_THAT(shown({.account = "lab"}), ElementsAre("lab"));
    EXPECT_THAT(shown({.account = "lab", .resource = "ips"}), ElementsAre("lab"));
    EXPECT_THAT(shown({.account = "lab", .resource = "phone_numbers"}), IsEmpty());
    EXPECT_THAT(shown({.resource = "phone_numbers"}), ElementsAre("number"));
    EXPECT_THAT(shown({.since = now - 1h, .account = "production", .resource = "ips"}),
                ElementsAre("ips", "of f-1"));
    EXPECT_THAT(shown({.finding = "f-1"}), ElementsAre("of f-1"));
    EXPECT_THAT(shown({.account = "lab", .finding = "f-1"}), IsEmpty());
}

TEST_F(History, OfNoAccountCanBeAskedFor)
{
    auto own = event(history_kind::started, "own");
    own.account = own.resource = "";
    put({own, event(history_kind::opened, "of an account")});
    EXPECT_THAT(shown({.account = ""}), ElementsAre("own"));
    EXPECT_THAT(shown({.account = "", .resource = "ips"}), IsEmpty());
    EXPECT_THAT(shown(), ElementsAre("own", "of an account"));
}

TEST_F(History, ComesInPages)
{
    std::vector<history_event> events;
    events.reserve(5);
    for (int number = 0; number < 5; ++number)
        events.push_back(event(history_kind::opened, std::to_string(number)));
    events.back().at = now + 1ms;
    put(events);
    history_selection chosen{.most = 2};
    sentences backwards;
    for (int pages = 0; pages < 3; ++pages) {
        const auto page = read_history(file, chosen);
        ASSERT_TRUE(page);
        const auto here = sentences_of(page->events);
        backwards.insert(backwards.begin(), here.begin(), here.end());
        chosen.before = page->earlier;
        EXPECT_EQ(page->earlier.empty(), pages == 2);
    }
    EXPECT_THAT(backwards, ElementsAre("0", "1", "2", "3", "4")) << "each once";
    for (const char* wrong : {"x", "1", "1-", "1-x", "-", "1-2-3"})
        EXPECT_EQ(refusal({.before = wrong}), errc::bad_usage) << wrong;
}

// The audit log says it later, and neither a message nor an action knows it.
TEST_F(History, CanBeAskedForBeforeAMoment)
{
    put({event(history_kind::opened, "before")});
    now += 10min;
    put({event(history_kind::opened, "then")});
    EXPECT_THAT(shown({.before = before_moment(now)}), ElementsAre("before"));
    EXPECT_THAT(shown({.before = before_moment(now + 1s)}), ElementsAre("before", "then"));
    EXPECT_THAT(shown({.before = before_moment(now - 10min)}), IsEmpty());
}

TEST_F(History, AnIncidentHasTheEventsFromBeforeItWasKnown)
{
    const std::string incident = "i-0123456789ab";
    put({about("f-1", history_kind::opened, "an earlier life"),
         about("f-1", history_kind::resolved, "its end"), about("f-1", history_kind::opened, "opened"),
         about("f-1", history_kind::delivered, "told"), about("f-2", history_kind::opened, "another")});
    put({about("f-1", history_kind::attributed, "who", incident)});
    put({about("f-1", history_kind::action, "done"), about("f-1", history_kind::resolved, "resolved")});
    put({about("f-1", history_kind::opened, "a later life"),
         about("f-1", history_kind::delivered, "told again")});
    for (const auto* written : {"i-0123456789ab", "i-012345", "i-0"})
        EXPECT_THAT(shown({.incident = written}), ElementsAre("opened", "told", "who", "done", "resolved"));
    EXPECT_EQ(refusal({.incident = "i-ffffff"}), errc::not_found);
    put({about("f-3", history_kind::opened, "third", "i-0123ffffffff")});
    EXPECT_EQ(refusal({.incident = "i-0123"}), errc::bad_usage) << "two begin like this";
    EXPECT_THAT(shown({.incident = "i-0123f"}), ElementsAre("third"));
}

// ---- limits

class HistoryLimits : public History {
protected:
    // Writes within a transaction, as the daemon does. Returns how many gave way.
    std::size_t write(history_writer& writer, const std::vector<history_event>& events)
    {
        if (!database)
            database = open_database(file, std::nullopt).database;
        SQLite::Transaction transaction(*database);
        const auto gone = put_with(writer, events);
        transaction.commit();
        return gone;
    }
    std::size_t put_with(history_writer& writer, const std::vector<history_event>& events) const
    {
        sqlite_runner runner(*database);
        return writer.put(runner, events);
    }
    std::vector<history_event> many(int count, history_kind kind, severity level, std::string_view name) const
    {
        std::vector<history_event> out;
        out.reserve(static_cast<std::size_t>(count));
        for (int number = 0; number < count; ++number)
            out.push_back(event(kind, fmt::format("{} {}", name, number), level));
        return out;
    }
    sentences all() const { return shown({.most = 10'000}); }
    bool has(const sentences& kept, std::string_view sentence) const
    {
        return std::ranges::find(kept, sentence) != kept.end();
    }

    std::unique_ptr<SQLite::Database> database;
};

TEST_F(HistoryLimits, TheLightestGoFirstAndOfThemTheOldest)
{
    history_writer writer({.events = 100, .bytes = 1'000'000, .share = 1'000});
    EXPECT_EQ(write(writer, many(20, history_kind::acknowledged, severity::info, "ack")), 0U);
    EXPECT_EQ(write(writer, many(20, history_kind::opened, severity::critical, "critical")), 0U);
    EXPECT_EQ(write(writer, many(20, history_kind::opened, severity::high, "high")), 0U);
    EXPECT_EQ(write(writer, many(60, history_kind::opened, severity::low, "low")), 21U);
    const auto kept = all();
    EXPECT_THAT(kept, SizeIs(100)) << "with the one that says so";
    EXPECT_TRUE(has(kept, "ack 0"));
    EXPECT_TRUE(has(kept, "critical 0"));
    EXPECT_TRUE(has(kept, "high 0"));
    EXPECT_FALSE(has(kept, "low 20"));
    EXPECT_TRUE(has(kept, "low 21"));
    EXPECT_THAT(kept.back(), HasSubstr("21 events gave way"));
}

TEST_F(HistoryLimits, HoldForBytesToo)
{
    history_writer writer({.events = 1'000, .bytes = 5'000, .share = 1'000});
    EXPECT_GT(write(writer, many(200, history_kind::delivered, severity::info, std::string(50, 'x'))), 0U);
    EXPECT_LT(all().size(), 100U);
}

// A thief can make any number of critical findings.
TEST_F(HistoryLimits, AFloodOfADayPushesOutItselfOnly)
{
    history_writer writer({.events = 200, .bytes = 1'000'000, .share = 50});
    write(writer, many(10, history_kind::opened, severity::critical, "break-in"));
    write(writer, many(10, history_kind::opened, severity::high, "high"));
    for (int round = 0; round < 10; ++round) {
        if (round == 5)
            writer = history_writer({.events = 200, .bytes = 1'000'000, .share = 50});  // a restart
        write(writer, many(100, history_kind::opened, severity::critical, fmt::format("flood {}", round)));
    }
    const auto kept = all();
    EXPECT_LE(kept.size(), 201U);
    for (int number = 0; number < 10; ++number) {
        EXPECT_TRUE(has(kept, fmt::format("break-in {}", number)));
        EXPECT_TRUE(has(kept, fmt::format("high {}", number)));
    }
    EXPECT_TRUE(has(kept, "flood 0 39")) << "the first of the flood";
    EXPECT_TRUE(has(kept, "flood 9 99")) << "and its newest";
    EXPECT_FALSE(has(kept, "flood 5 0"));
}

TEST_F(HistoryLimits, WhatWaitsForADiskIsBoundedToo)
{
    auto events = many(10, history_kind::opened, severity::low, "low");
    const auto heavy = many(5, history_kind::opened, severity::critical, "critical");
    events.insert(events.begin(), heavy.begin(), heavy.end());
    EXPECT_EQ(keep_heaviest(events, 8), 7U);
    EXPECT_THAT(sentences_of(events), ElementsAre("critical 0", "critical 1", "critical 2", "critical 3",
                                                  "critical 4", "low 7", "low 8", "low 9"));
    EXPECT_EQ(keep_heaviest(events, 8), 0U);
}

// ---- the state file

TEST_F(History, IsAddedToAFileOfTheFormatBefore)
{
    keep(fakes::one_of_each(now));
    run("DROP TABLE events; PRAGMA user_version = 4");
    const auto state = open();
    ASSERT_EQ(state.trouble, state_trouble::none) << state.reason;
    EXPECT_THAT(state.kept.findings, SizeIs(1)) << "nothing else is lost";
    state_change change;
    change.events = {event(history_kind::started, "starts")};
    ASSERT_TRUE(state.file->write(change));
    EXPECT_THAT(shown(), ElementsAre("starts"));
}

TEST_F(History, IsWrittenWithItsFactsOrNotAtAll)
{
    const auto state = open();
    auto change = fakes::one_of_each(now);
    change.events = {event(history_kind::opened, "not so")};
    for (const char* table : {"findings", "events"}) {
        run(fmt::format(
            "CREATE TRIGGER no_more AFTER INSERT ON {} BEGIN SELECT RAISE(ABORT, 'disk full'); END", table));
        EXPECT_FALSE(state.file->write(change));
        run("DROP TRIGGER no_more");
        EXPECT_THAT(shown(), IsEmpty()) << table;
        EXPECT_THAT(*read_findings(file, true), IsEmpty()) << table;
    }
    EXPECT_TRUE(state.file->write(change));
    EXPECT_THAT(shown(), ElementsAre("not so"));
    EXPECT_THAT(*read_findings(file, true), SizeIs(1));
}

TEST_F(History, ChangesThatWaitKeepTheirOrder)
{
    state_change first;
    first.events = {event(history_kind::opened, "1")};
    state_change second;
    second.events = {event(history_kind::resolved, "2")};
    EXPECT_FALSE(first.empty());
    first.add(second);
    EXPECT_THAT(sentences_of(first.events), ElementsAre("1", "2"));
}

TEST_F(History, WhatIsTakenBackBeforeItIsWrittenIsNotTold)
{
    state_change planned;
    planned.events = {event(history_kind::action, "planned"), event(history_kind::opened, "opened")};
    planned.events[0].action = "a-1";
    state_change taken_back;
    taken_back.forgotten_actions = {"a-1"};
    planned.add(taken_back);
    EXPECT_THAT(sentences_of(planned.events), ElementsAre("opened"));
}

TEST_F(History, AStartKnowsTheNewestThatAreNotLight)
{
    std::vector<history_event> events;
    events.reserve(300);
    for (int number = 0; number < 300; ++number)
        events.push_back(event(history_kind::opened, std::to_string(number),
                               number % 2 == 0 ? severity::critical : severity::low));
    put(events);
    const auto recent = open().kept.recent;
    ASSERT_THAT(recent, SizeIs(150));
    EXPECT_EQ(recent.back().sentence, "298");
}

}  // namespace
}  // namespace trunkwarden
