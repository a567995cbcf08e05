#include "alerts/alert_dispatcher.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "alerts/notification.hpp"
#include "fakes/answers.hpp"
#include "fakes/deviations.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::answer_with;
using fakes::event;
using testing::HasSubstr;
using testing::Not;

// The requests that receivers got, and their next answers: 200 unless a test says otherwise.
struct receivers {
    std::vector<std::string> targets;  // of every request
    std::vector<std::string> events;   // of every request, as its body says
    std::vector<std::size_t> sizes;    // of every body
    std::string last_body;
    bool status_decides = false;  // of the last request
    std::string hangs_on;         // the event whose request gets no answer until `go_on`
    async_event go_on;
    std::deque<result<http_answer>> answers;
};

class fake_https_client final : public https_client {
public:
    explicit fake_https_client(receivers& to) : to_(to) {}
    task<result<http_answer>> send(http_request request) override
    {
        to_.targets.push_back(request.target);
        to_.sizes.push_back(request.body.size());
        to_.last_body = request.body;
        to_.status_decides = request.status_decides;
        const auto message = notification_of(request.body);
        to_.events.push_back(message ? message->event : "not understood");
        if (message && message->event == to_.hangs_on)
            co_await to_.go_on.wait();
        co_return fakes::take_next(to_.answers);
    }

private:
    receivers& to_;
};

sink_settings webhook(std::string name, std::string url = "https://soc.example/hook")
{
    sink_settings out;
    out.name = std::move(name);
    out.type = sink_type::webhook;
    out.url = std::move(url);
    return out;
}

class AlertDispatcher : public testing::Test {
protected:
    ~AlertDispatcher() override { stop_delivering(); }

    // `state_trouble` is why there is no state file; with "" the dispatcher waits to hear that it was
    // written.
    void make(std::vector<sink_settings> sinks, const std::string& state_trouble = {},
              const kept_state& kept = {})
    {
        state = std::make_unique<background_writer>(nullptr, state_trouble, log);
        alert_settings settings;
        settings.sinks = std::move(sinks);
        dispatcher = std::make_unique<alert_dispatcher>(
            settings, alert_dispatcher::dependencies{
                          *state, counters, log, progress, io.get_executor(), [this] { return open; },
                          [this](https_options) -> result<std::unique_ptr<https_client>> {
                              return std::unique_ptr<https_client>(std::make_unique<fake_https_client>(to));
                          },
                          [this] { return links; }});
        const auto prepared = dispatcher->prepare(kept);
        ASSERT_TRUE(prepared) << prepared.error().what;
        asio::co_spawn(io, dispatcher->deliver_forever(),
                       asio::bind_cancellation_slot(stop.slot(), [](const std::exception_ptr&) {}));
        run_what_is_ready();
    }
    void run_what_is_ready()
    {
        io.restart();
        io.poll();
    }
    void stop_delivering()
    {
        stop.emit(asio::cancellation_type::terminal);
        io.restart();
        io.run();
    }
    // The state file has taken messages up to this number.
    void write_up_to(std::int64_t number)
    {
        state_change change;
        for (std::int64_t each = 1; each <= number; ++each)
            change.deliveries[each] = {};
        dispatcher->on_written(change);
        run_what_is_ready();
    }

    asio::io_context io{1};
    asio::cancellation_signal stop;
    std::ostringstream text;
    logger log{{}, text};
    metrics counters;
    async_event progress;
    receivers to;
    std::vector<finding> open;
    link_settings links;
    std::unique_ptr<background_writer> state;
    std::unique_ptr<alert_dispatcher> dispatcher;
};

TEST_F(AlertDispatcher, WritesTheHistoryOfFindingsAndOfMessagesThatNobodyTook)
{
    make({webhook("soc")});
    to.answers.emplace_back(answer_with(410));
    dispatcher->alert("production", {event(transition::opened, "1")});
    ASSERT_EQ(state->recent().size(), 1U);
    EXPECT_EQ(state->recent().back().kind, history_kind::opened);
    write_up_to(1);
    ASSERT_EQ(state->recent().size(), 2U);
    EXPECT_EQ(state->recent().back().kind, history_kind::dead_letter);
    EXPECT_EQ(state->recent().back().finding, "f-1");
    EXPECT_THAT(state->recent().back().sentence, HasSubstr("sink soc was not told"));
    auto joined = event(transition::opened, "1").about;
    joined.incident = "i-0123456789ab";
    state_change change;
    change.findings.emplace("f-1", joined);
    dispatcher->persist(change);
    dispatcher->persist(change);
    ASSERT_EQ(state->recent().size(), 3U) << "once";
    EXPECT_EQ(state->recent().back().kind, history_kind::attributed);
}

TEST_F(AlertDispatcher, SendsAMessageOnlyWhenTheStateFileHoldsIt)
{
    make({webhook("soc")});
    dispatcher->alert("production", {event(transition::opened, "1")});
    run_what_is_ready();
    EXPECT_TRUE(to.events.empty());
    EXPECT_EQ(dispatcher->status()[0].pending, 1U);
    EXPECT_FALSE(dispatcher->ever_delivered());
    write_up_to(1);
    EXPECT_EQ(to.events, std::vector<std::string>{"opened"});
    EXPECT_EQ(dispatcher->status()[0].pending, 0U);
    EXPECT_TRUE(dispatcher->ever_delivered());
}

TEST_F(AlertDispatcher, LinksAMessageThatWaitedAsTheSettingsSayWhenItIsSent)
{
    make({webhook("soc")});
    dispatcher->alert("production", {event(transition::opened, "1")});
    links = {"https://guard.example.com", "https://wiki.example.com"};
    write_up_to(1);
    EXPECT_THAT(to.last_body, HasSubstr("\"https://guard.example.com/#f-"));
    EXPECT_THAT(to.last_body, HasSubstr("\"https://wiki.example.com/detections.md#"));
}

TEST_F(AlertDispatcher, SendsAtOnceWhenThereIsNoStateFileToWaitFor)
{
    make({webhook("soc")}, "the disk is full");
    dispatcher->alert("production", {event(transition::opened, "1"), event(transition::resolved, "2")});
    run_what_is_ready();
    EXPECT_EQ(to.events, (std::vector<std::string>{"opened", "resolved"}));
}

TEST_F(AlertDispatcher, SendsWhatWaitedForAStateFileThatBreaks)
{
    make({webhook("soc")});
    dispatcher->alert("production", {event(transition::opened, "1")});
    dispatcher->on_state_trouble();
    run_what_is_ready();
    EXPECT_EQ(to.events, std::vector<std::string>{"opened"});
}

TEST_F(AlertDispatcher, KeepsAMessageThatASinkDoesNotTakeAndSaysSoOnce)
{
    make({webhook("soc")});
    to.answers.push_back(failure{errc::unreachable, "soc.example: connection refused"});
    dispatcher->alert("production", {event(transition::opened, "1")});
    write_up_to(1);
    EXPECT_EQ(dispatcher->status()[0].pending, 1U);
    EXPECT_EQ(dispatcher->status()[0].last_error, "soc.example: connection refused");
    EXPECT_THAT(text.str(), HasSubstr("a sink does not take messages"));
    EXPECT_FALSE(dispatcher->ever_delivered());
}

TEST_F(AlertDispatcher, SaysOnceThatNotEveryRecipientGetsAMessageThatWasTaken)
{
    make({webhook("soc")});
    auto partly = answer_with(250);
    partly.left_out = "not for boss@example.com";
    to.answers = {partly, partly};
    dispatcher->alert("production", {event(transition::opened, "1")});
    dispatcher->alert("production", {event(transition::opened, "2")});
    write_up_to(2);
    EXPECT_EQ(to.events.size(), 2U) << "it is not sent again";
    EXPECT_EQ(dispatcher->status()[0].pending, 0U);
    EXPECT_EQ(dispatcher->status()[0].dead, 0U);
    EXPECT_EQ(dispatcher->status()[0].last_error, "not for boss@example.com");
    const auto said = text.str();
    const auto first = said.find("but not for every recipient");
    ASSERT_NE(first, std::string::npos) << said;
    EXPECT_EQ(said.find("but not for every recipient", first + 1), std::string::npos) << said;
    dispatcher->alert("production", {event(transition::opened, "3")});
    write_up_to(3);
    EXPECT_EQ(dispatcher->status()[0].last_error, "") << "everybody got the last message";
}

TEST_F(AlertDispatcher, AMessageThatASinkRefusesForGoodHoldsUpNoOther)
{
    make({webhook("soc")});
    to.answers.push_back(answer_with(400));
    dispatcher->alert("production", {event(transition::opened, "1")});
    dispatcher->alert("production", {event(transition::opened, "2")});
    write_up_to(2);
    EXPECT_EQ(to.events.size(), 2U);
    EXPECT_EQ(dispatcher->status()[0].dead, 1U);
    EXPECT_EQ(dispatcher->status()[0].pending, 0U);
    EXPECT_THAT(text.str(), HasSubstr("a sink refused a message for good"));
}

TEST_F(AlertDispatcher, ASinkThatTakesNothingHoldsUpNoOtherSink)
{
    make({webhook("broken"), webhook("soc")}, "the disk is full");
    to.answers.push_back(failure{errc::timed_out, "no answer within the deadline"});
    dispatcher->alert("production", {event(transition::opened, "1")});
    run_what_is_ready();
    EXPECT_EQ(dispatcher->status()[0].pending, 1U);
    EXPECT_EQ(dispatcher->status()[1].pending, 0U);
}

TEST_F(AlertDispatcher, SendsWhatAnEarlierRunHadNotSent)
{
    notification message;
    message.event = "resolved";
    message.delivery_id = "d-1";
    message.account = "production";
    message.findings.emplace_back();
    delivery unsent;
    unsent.number = 7;
    unsent.id = "d-1";
    unsent.sink = "soc";
    unsent.event = "resolved";
    unsent.body = to_text(message);
    kept_state kept;
    kept.deliveries = {unsent};
    kept.taken["soc"] = fakes::noon;
    make({webhook("soc")}, {}, kept);
    EXPECT_EQ(to.events, std::vector<std::string>{"resolved"});
    EXPECT_TRUE(dispatcher->ever_delivered());
}

TEST_F(AlertDispatcher, NamesTheSinkThatCannotBeUsed)
{
    make({webhook("soc")});
    auto broken = webhook("broken", "");
    broken.url_file = "/nonexistent/url";
    const std::vector<sink_settings> wanted{webhook("soc"), broken};
    const auto prepared = dispatcher->prepare(wanted);
    ASSERT_FALSE(prepared);
    EXPECT_THAT(prepared.error().what, HasSubstr("broken"));
    dispatcher->alert("production", {event(transition::opened, "1")});
    write_up_to(1);
    EXPECT_EQ(to.events.size(), 1U) << "the sink that is in use continues";
}

TEST_F(AlertDispatcher, GivesTheMessagesOfASinkThatChangedToItsNewAddress)
{
    make({webhook("soc", "https://soc.example/old")});
    dispatcher->alert("production", {event(transition::opened, "1")});
    const std::vector<sink_settings> wanted{webhook("soc", "https://soc.example/new")};
    auto prepared = dispatcher->prepare(wanted);
    ASSERT_TRUE(prepared);
    asio::co_spawn(io, dispatcher->use(*prepared),
                   [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    run_what_is_ready();
    write_up_to(1);
    EXPECT_EQ(to.targets, std::vector<std::string>{"/new"});
}

TEST_F(AlertDispatcher, TellsASinkThatIsAddedOfAllThatIsOpenAndNobodyElse)
{
    auto acknowledged = event(transition::opened, "3").about;
    acknowledged.status = finding_status::acknowledged;
    open = {event(transition::opened, "1").about, event(transition::opened, "2", severity::low).about,
            acknowledged};
    make({webhook("soc", "https://soc.example/soc")});
    auto chat = webhook("chat", "https://chat.example/chat");
    chat.min_severity = severity::medium;
    const std::vector<sink_settings> wanted{webhook("soc", "https://soc.example/soc"), chat,
                                            webhook("hub", "https://hub.example/hub")};
    auto prepared = dispatcher->prepare(wanted);
    ASSERT_TRUE(prepared);
    asio::co_spawn(io, dispatcher->use(*prepared),
                   [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    run_what_is_ready();
    EXPECT_TRUE(to.events.empty()) << "the state file does not hold the messages yet";
    write_up_to(3);
    EXPECT_THAT(to.targets, testing::UnorderedElementsAre("/chat", "/hub", "/hub"));
    EXPECT_THAT(to.events, testing::Each("opened"));

    auto same = dispatcher->prepare(wanted);
    ASSERT_TRUE(same);
    asio::co_spawn(io, dispatcher->use(*same),
                   [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    run_what_is_ready();
    write_up_to(9);
    EXPECT_EQ(to.events.size(), 3U) << "sinks that are known hear nothing twice";
}

TEST_F(AlertDispatcher, ACriticalMessageGoesBesideALighterOneThatHangs)
{
    make({webhook("soc")}, "the disk is full");
    to.hangs_on = "changed";
    dispatcher->alert("production", {event(transition::changed, "1", severity::high)});
    run_what_is_ready();
    dispatcher->alert("production", {event(transition::opened, "2", severity::high)});
    run_what_is_ready();
    EXPECT_EQ(to.events, std::vector<std::string>{"changed"});
    dispatcher->alert("production", {event(transition::recreated, "3")});
    run_what_is_ready();
    EXPECT_EQ(to.events, (std::vector<std::string>{"changed", "recreated"}));
    to.go_on.notify_all();
    run_what_is_ready();
    EXPECT_EQ(to.events, (std::vector<std::string>{"changed", "recreated", "opened"}));
    EXPECT_EQ(dispatcher->status()[0].pending, 0U);
}

TEST_F(AlertDispatcher, SaysItShorterToAReceiverThatFindsItTooLarge)
{
    make({webhook("soc")}, "the disk is full");
    to.answers = {answer_with(413), answer_with(413)};
    auto one = event(transition::opened, "1");
    one.about.what.fields[0].actual = std::string(1'000'000, 'x');
    dispatcher->alert("production", {one});
    run_what_is_ready();
    ASSERT_EQ(to.sizes.size(), 3U);
    EXPECT_LT(to.sizes[0], 8192U);
    EXPECT_LT(to.sizes[1], to.sizes[0]);
    EXPECT_LT(to.sizes[2], to.sizes[1]);
    EXPECT_EQ(dispatcher->status()[0].dead, 0U);
    EXPECT_EQ(dispatcher->status()[0].pending, 0U);
}

TEST_F(AlertDispatcher, WhatIsTooLargeAtItsShortestIsADeadLetterAndCanBeSentAgain)
{
    make({webhook("soc")}, "the disk is full");
    to.answers = {answer_with(413), answer_with(413), answer_with(413), answer_with(413)};
    dispatcher->alert("production", {event(transition::opened, "1")});
    run_what_is_ready();
    EXPECT_EQ(to.sizes.size(), 4U);
    ASSERT_EQ(dispatcher->dead().size(), 1U);
    EXPECT_THAT(dispatcher->dead()[0].what.last_error, HasSubstr("too large"));
    EXPECT_FALSE(dispatcher->resend_dead("00000000000000000000000000000000"));
    const auto again = dispatcher->resend_dead(dispatcher->dead()[0].what.id);
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(again->letters, 1U);
    run_what_is_ready();
    EXPECT_EQ(to.sizes.size(), 5U);
    EXPECT_TRUE(dispatcher->dead().empty());
    EXPECT_EQ(dispatcher->status()[0].pending, 0U);
}

TEST_F(AlertDispatcher, ARequestToAReceiverCountsFromItsStatusLineOn)
{
    make({webhook("soc")}, "the disk is full");
    dispatcher->alert("production", {event(transition::opened, "1")});
    run_what_is_ready();
    EXPECT_TRUE(to.status_decides);
}

TEST_F(AlertDispatcher, LeavesOutASinkThatTheFindingDoesNotWeighEnoughFor)
{
    auto pager = webhook("pager");
    pager.min_severity = severity::critical;
    make({pager}, "the disk is full");
    dispatcher->alert("production", {event(transition::opened, "1", severity::low)});
    run_what_is_ready();
    EXPECT_TRUE(to.events.empty());
    EXPECT_THAT(text.str(), Not(HasSubstr("error")));
}

}  // namespace
}  // namespace trunkwarden
