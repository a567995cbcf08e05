#include "alerts/alert_dispatcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "alerts/dispatcher_with_receivers.hpp"
#include "fakes/answers.hpp"
#include "fakes/deviations.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using dispatching::AlertDispatcher;
using dispatching::webhook;
using fakes::answer_with;
using fakes::event;
using testing::HasSubstr;
using testing::Not;

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
    EXPECT_THAT(text.str(), HasSubstr("a sink is unavailable"));
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
    EXPECT_THAT(prepared.error().message, HasSubstr("broken"));
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
    asio::co_spawn(io, dispatcher->commit(*prepared),
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
    asio::co_spawn(io, dispatcher->commit(*prepared),
                   [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    run_what_is_ready();
    EXPECT_TRUE(to.events.empty()) << "the state file does not hold the messages yet";
    write_up_to(3);
    EXPECT_THAT(to.targets, testing::UnorderedElementsAre("/chat", "/hub", "/hub"));
    EXPECT_THAT(to.events, testing::Each("opened"));

    auto same = dispatcher->prepare(wanted);
    ASSERT_TRUE(same);
    asio::co_spawn(io, dispatcher->commit(*same),
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
    auto finding_event = event(transition::opened, "1");
    finding_event.about.deviation.fields[0].actual = std::string(1'000'000, 'x');
    dispatcher->alert("production", {finding_event});
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
    EXPECT_THAT(dispatcher->dead()[0].delivery.last_error, HasSubstr("too large"));
    EXPECT_FALSE(dispatcher->resend_dead("00000000000000000000000000000000"));
    const auto again = dispatcher->resend_dead(dispatcher->dead()[0].delivery.id);
    ASSERT_TRUE(again) << again.error().message;
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
