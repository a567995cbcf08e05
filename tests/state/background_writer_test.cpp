#include "state/background_writer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <sstream>
#include <string>

#include "fakes/deviations.hpp"
#include "fakes/run.hpp"
#include "state/sqlite_action_journal.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

// A disk that remembers what it was given, and refuses as often as a test orders it to.
class fake_state_file final : public state_file {
public:
    struct disk {
        std::vector<state_change> written;
        int refusals = 0;
        std::shared_future<void> slow_until = {};  // where there is one
        std::atomic<bool> is_writing = false;
    };
    explicit fake_state_file(disk& on) : on_(on) {}

    result<void> write(const state_change& change) override
    {
        on_.is_writing = true;
        if (on_.slow_until.valid())
            on_.slow_until.wait();
        if (on_.refusals > 0) {
            --on_.refusals;
            return failure{errc::bad_file, "the disk is full"};
        }
        on_.written.push_back(change);
        return {};
    }

private:
    disk& on_;
};

state_change one_finding(const std::string& id)
{
    state_change change;
    auto about = fakes::event(transition::opened, id).about;
    change.findings.emplace(about.id, std::move(about));
    return change;
}

class BackgroundWriter : public testing::Test {
protected:
    // Runs the writer beside something else, and stops it when that ends.
    void run_beside(task<> other)
    {
        asio::io_context io(1);
        asio::co_spawn(io, beside(std::move(other)), must_not_throw);
        io.run();
    }
    task<> beside(task<> other) { co_await (guarded(writer.keep_forever()) || guarded(std::move(other))); }

    std::ostringstream text;
    logger log{{}, text};
    fake_state_file::disk disk;
    std::size_t on_disk = 0;  // findings
    bool in_trouble = false;
    background_writer writer{std::make_unique<fake_state_file>(disk),
                             {},
                             log,
                             {[this](const state_change& change) { on_disk += change.findings.size(); },
                              [this] { in_trouble = true; },
                              {}}};
};

task<> put_and_wait(background_writer& writer, fake_state_file::disk& disk)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (const char* id : {"1", "2", "3"})
        writer.put(one_finding(id));
    while (disk.written.empty()) {
        timer.expires_after(1ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

TEST_F(BackgroundWriter, WritesWhatIsPutTogetherInOneTransaction)
{
    run_beside(put_and_wait(writer, disk));
    ASSERT_EQ(disk.written.size(), 1U);
    EXPECT_EQ(disk.written[0].findings.size(), 3U);
    EXPECT_EQ(on_disk, 3U);
}

task<> put_and_stop(background_writer& writer)
{
    asio::steady_timer timer(co_await asio::this_coro::executor, 5ms);
    co_await timer.async_wait(asio::use_awaitable);
    writer.put(one_finding("1"));  // and ends in the same turn, which cancels the writer
}

TEST_F(BackgroundWriter, WritesAtTheEndWhatWasPutInTheTurnOfTheStop)
{
    run_beside(put_and_stop(writer));
    writer.write_rest();
    std::size_t written = 0;
    for (const auto& change : disk.written)
        written += change.findings.count("f-1");
    EXPECT_GE(written, 1U);
}

task<> put_until_trouble(background_writer& writer)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    writer.put(one_finding("1"));
    while (writer.works()) {
        timer.expires_after(1ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
    writer.put(one_finding("2"));
}

TEST_F(BackgroundWriter, KeepsWhatTheDiskDidNotTakeAndSaysSo)
{
    disk.refusals = 1;
    run_beside(put_until_trouble(writer));
    EXPECT_TRUE(in_trouble);
    EXPECT_EQ(writer.trouble(), "the disk is full");
    EXPECT_EQ(writer.waiting(), 2U);
    EXPECT_FALSE(writer.last_write_took()) << "none came through yet";
    EXPECT_NE(text.str().find("the state file cannot be written"), std::string::npos) << text.str();
    writer.write_rest();
    ASSERT_EQ(disk.written.size(), 1U);
    EXPECT_EQ(disk.written[0].findings.size(), 2U);
}

// The loop is stopped while the disk is slow, and never learns that the change was written.
TEST_F(BackgroundWriter, DoesNotWriteTwiceAtTheEndWhatASlowDiskTookAfterAll)
{
    std::promise<void> fast_again;
    disk.slow_until = fast_again.get_future().share();
    state_change change;
    change.events.push_back({.at = fakes::noon, .kind = history_kind::opened, .sentence = "only once"});
    asio::io_context io(1);
    asio::co_spawn(io, writer.keep_forever(), [](const std::exception_ptr&) {});
    writer.put(change);
    while (!disk.is_writing)
        io.poll();
    change.events.front().sentence = "put meanwhile";
    writer.put(change);
    fast_again.set_value();
    EXPECT_TRUE(writer.write_rest());
    std::vector<std::string> written;
    for (const auto& each : disk.written)
        for (const auto& event : each.events)
            written.push_back(event.sentence);
    EXPECT_EQ(written, (std::vector<std::string>{"only once", "put meanwhile"}));
}

TEST_F(BackgroundWriter, WritesAgainAtTheEndWhatASlowDiskDidNotTake)
{
    std::promise<void> fast_again;
    disk.slow_until = fast_again.get_future().share();
    disk.refusals = 1;
    asio::io_context io(1);
    asio::co_spawn(io, writer.keep_forever(), [](const std::exception_ptr&) {});
    writer.put(one_finding("1"));
    while (!disk.is_writing)
        io.poll();
    fast_again.set_value();
    EXPECT_TRUE(writer.write_rest());
    ASSERT_EQ(disk.written.size(), 1U);
    EXPECT_EQ(disk.written[0].findings.count("f-1"), 1U);
}

state_change one_action(const std::string& id)
{
    state_change change;
    action action;
    action.id = id;
    change.actions.emplace(id, action);
    return change;
}

task<> put_and_tell(background_writer& writer, std::string id, std::vector<result<void>>& outcomes)
{
    outcomes.push_back(co_await writer.put_and_wait(one_action(id)));
}

task<> several_wait(background_writer& writer, std::vector<result<void>>& outcomes)
{
    co_await (put_and_tell(writer, "a-1", outcomes) && put_and_tell(writer, "a-2", outcomes));
}

TEST_F(BackgroundWriter, WhoeverWaitsGoesOnWhenItIsOnTheDisk)
{
    std::vector<result<void>> outcomes;
    run_beside(several_wait(writer, outcomes));
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_TRUE(outcomes[0] && outcomes[1]);
    std::size_t written = 0;
    for (const auto& change : disk.written)
        written += change.actions.size();
    EXPECT_EQ(written, 2U);
}

TEST_F(BackgroundWriter, WhoeverWaitsForADiskThatRefusesIsTold)
{
    disk.refusals = 1;
    std::vector<result<void>> outcomes;
    run_beside(put_and_tell(writer, "a-1", outcomes));
    ASSERT_EQ(outcomes.size(), 1U);
    ASSERT_FALSE(outcomes[0]);
    EXPECT_EQ(outcomes[0].error().message, "the disk is full");
    EXPECT_TRUE(disk.written.empty());
}

task<> write_take_back_and_put(background_writer& writer, bool& was_written)
{
    sqlite_action_journal journal(writer);
    action step;
    step.id = "a-1";
    std::vector<action> refused{step};
    const auto written = co_await journal.write(std::move(refused));
    was_written = written.has_value();
    journal.write_later({}, {"a-1"});
    step.id = "a-2";
    journal.write_later({step}, {});
}

// The disk takes the change late, and its writer has made another plan by then.
TEST_F(BackgroundWriter, WhatWasTakenBackDoesNotReachTheDisk)
{
    disk.refusals = 1;
    bool was_written = true;
    run_beside(write_take_back_and_put(writer, was_written));
    EXPECT_FALSE(was_written);
    writer.write_rest();
    ASSERT_EQ(disk.written.size(), 1U);
    EXPECT_EQ(disk.written[0].actions.count("a-1"), 0U);
    EXPECT_EQ(disk.written[0].actions.count("a-2"), 1U);
    EXPECT_EQ(disk.written[0].forgotten_actions.count("a-1"), 1U) << "should it be there after all";
}

TEST(BackgroundWriterWithoutAFile, LetsNobodyBelieveThatItWasWritten)
{
    std::ostringstream text;
    logger log{{}, text};
    background_writer writer(nullptr, "there is no state file", log);
    std::vector<result<void>> outcomes;
    run(put_and_tell(writer, "a-1", outcomes));
    EXPECT_EQ(outcomes.at(0).error().message, "there is no state file");
}

TEST(BackgroundWriterWithoutAFile, ForgetsWhatIsPutAndDoesNotWork)
{
    std::ostringstream text;
    logger log({}, text);
    background_writer writer(nullptr, "there is no such folder", log);
    writer.put(one_finding("1"));
    EXPECT_FALSE(writer.works());
    writer.write_rest();
}

// For the page, which must not be silent because the disk is full.
TEST_F(BackgroundWriter, RemembersTheNewestEventsThatAreNotLightWrittenOrNot)
{
    const auto event = [](severity level, std::string sentence) {
        return history_event{
            .at = fakes::noon, .kind = history_kind::opened, .level = level, .sentence = std::move(sentence)};
    };
    writer.restore_recent({event(severity::critical, "of an earlier run")});
    state_change change;
    change.events = {event(severity::low, "light"), event(severity::high, "heavy")};
    writer.put(change);
    ASSERT_EQ(writer.recent().size(), 2U);
    EXPECT_EQ(writer.recent()[0].sentence, "of an earlier run");
    EXPECT_EQ(writer.recent()[1].sentence, "heavy");
    change.events.assign(1'000, event(severity::high, "more"));
    writer.put(change);
    EXPECT_EQ(writer.recent().size(), 200U);
}

// Of a hundred thousand bytes that somebody wrote into a name: the page copies what is remembered.
TEST_F(BackgroundWriter, CutsTheTextsOfEventsBeforeTheyWait)
{
    state_change change;
    change.events.push_back({.at = fakes::noon,
                             .kind = history_kind::opened,
                             .level = severity::critical,
                             .sentence = std::string(100'000, 'x') + "\n",
                             .by = std::string(100'000, 'y')});
    writer.put(std::move(change));
    EXPECT_LT(writer.recent().back().sentence.size(), 600U);
    EXPECT_LT(writer.recent().back().by.size(), 300U);
    ASSERT_TRUE(writer.write_rest());
    const auto& written = disk.written.back().events.back();
    EXPECT_EQ(written, writer.recent().back()) << "what waits is as short";
}

TEST_F(BackgroundWriter, HoldsALimitedHistoryForADiskThatTakesNothing)
{
    state_change change;
    history_event critical{.at = fakes::noon, .kind = history_kind::opened, .level = severity::critical};
    critical.sentence = "critical";
    change.events = {critical};
    history_event light{.at = fakes::noon, .kind = history_kind::opened};
    change.events.resize(20'001, light);
    writer.put(change);
    writer.write_rest();
    ASSERT_EQ(disk.written.size(), 1U);
    const auto& kept = disk.written[0].events;
    ASSERT_EQ(kept.size(), 10'001U);
    EXPECT_EQ(kept.front().sentence, "critical");
    EXPECT_EQ(kept.back().kind, history_kind::forgotten) << "it says so";
}

// One event for each state, however often an action is written.
TEST_F(BackgroundWriter, AJournalTellsEachStateOfAnActionOnce)
{
    sqlite_action_journal journal(writer);
    action step;
    step.id = "a-1";
    step.state = action_state::waiting;
    journal.write_later({step}, {});
    journal.write_later({step}, {});
    step.state = action_state::rejected;
    journal.write_later({step}, {});
    writer.write_rest();
    ASSERT_EQ(disk.written.size(), 1U);
    ASSERT_EQ(disk.written[0].events.size(), 2U);
    EXPECT_EQ(disk.written[0].events[0].sentence.substr(0, 7), "offered");
    EXPECT_EQ(disk.written[0].events[1].sentence.substr(0, 8), "rejected");
}

TEST_F(BackgroundWriter, AJournalDoesNotRepeatWhatAnEarlierRunTold)
{
    sqlite_action_journal journal(writer);
    action step;
    step.id = "a-1";
    step.state = action_state::waiting;
    journal.restore({step});
    journal.write_later({step}, {});
    step.state = action_state::rejected;
    journal.write_later({step}, {});
    writer.write_rest();
    ASSERT_EQ(disk.written.size(), 1U);
    ASSERT_EQ(disk.written[0].events.size(), 1U);
    EXPECT_EQ(disk.written[0].events[0].sentence.substr(0, 8), "rejected");
}

}  // namespace
}  // namespace trunkwarden
