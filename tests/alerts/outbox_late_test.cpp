#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "alerts/outbox.hpp"
#include "fakes/deviations.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using fakes::noon;
using testing::ElementsAre;
using testing::HasSubstr;
using verdict = attempt_outcome::verdict;

sink_settings mail_to(std::string recipients)
{
    sink_settings out;
    out.name = "mail";
    out.type = sink_type::email;
    out.mail.to = std::move(recipients);
    return out;
}

std::function<std::string()> ids_from(std::string first)
{
    return [first = std::move(first), count = 0]() mutable { return first + std::to_string(++count); };
}

class OutboxWithMails : public testing::Test {
protected:
    // A finding opens; the server takes its mail, but for the boss not now. Returns what is written.
    state_change open(const std::string& name, severity level = severity::critical)
    {
        box.put("production", {event(transition::opened, name, level)}, noon);
        box.release_all();
        const auto next = box.next("mail", noon);
        EXPECT_TRUE(next);
        attempt_outcome taken;
        taken.late = {{"boss@example.com"}, "Subject: " + name};
        auto change = box.keep_late({next->number}, taken.late, noon);
        change.add(box.settle(next->number, taken, noon));
        return change;
    }

    outbox box{{mail_to("noc@example.com, boss@example.com")}, ids_from("d-")};
};

TEST_F(OutboxWithMails, TriesThoseAgainWhoWereRefusedForNowAndNobodyElse)
{
    const auto change = open("1");
    ASSERT_EQ(change.deliveries.size(), 1U) << "the late mail is on the disk";
    EXPECT_EQ(change.delivered.size(), 1U) << "the message is over";
    EXPECT_TRUE(change.taken.contains("mail"));
    EXPECT_EQ(box.pending("mail"), 0U) << "no message waits for the sink";
    EXPECT_TRUE(box.has_late("mail"));
    EXPECT_FALSE(box.next_late("mail", noon));
    const auto when = box.look_again_late("mail");
    ASSERT_TRUE(when);
    const auto late = box.next_late("mail", *when);
    ASSERT_TRUE(late);
    EXPECT_EQ(late->content.recipient, "boss@example.com");
    EXPECT_EQ(late->content.mail, "Subject: 1");
    const auto number = change.deliveries.begin()->first;
    EXPECT_EQ(late->delivery.number, number);
    EXPECT_THAT(late->delivery.findings, ElementsAre("f-1"));
    const auto taken = box.settle_late(late->delivery, {}, *when);
    EXPECT_TRUE(taken.delivered.contains(number));
    EXPECT_TRUE(taken.events.empty());
    EXPECT_FALSE(box.has_late("mail"));
}

TEST_F(OutboxWithMails, DoesNotLetANewMessageWaitForAMailboxThatIsFull)
{
    open("1");
    box.put("production", {event(transition::resolved, "1", severity::critical)}, noon + 1s);
    box.release_all();
    EXPECT_TRUE(box.next("mail", noon + 1s)) << "about the same finding, too";
}

TEST_F(OutboxWithMails, IsAtOnceAtItAgainWhenTheServerTookALaterMailForEverybody)
{
    open("1");
    box.put("production", {event(transition::opened, "2")}, noon + 5s);
    box.release_all();
    const auto second = box.next("mail", noon + 5s);
    ASSERT_TRUE(second);
    box.settle(second->number, {}, noon + 5s);
    EXPECT_TRUE(box.next_late("mail", noon + 5s));
}

TEST_F(OutboxWithMails, MakesOneLateMailOfAMailAboutSeveralMessages)
{
    box.put("production",
            {event(transition::opened, "1", severity::high), event(transition::opened, "2", severity::high)},
            noon);
    box.release_all();
    const auto first = box.next("mail", noon);
    ASSERT_TRUE(first);
    const auto change =
        box.keep_late({first->number, first->number + 1}, {{"boss@example.com"}, "both"}, noon);
    ASSERT_EQ(change.deliveries.size(), 1U);
    EXPECT_THAT(change.deliveries.begin()->second.findings, ElementsAre("f-1", "f-2"));
}

TEST_F(OutboxWithMails, CountsAMailThatARecipientNeverTookAndTellsTheHistory)
{
    open("1");
    const auto late = box.next_late("mail", noon + 1min);
    ASSERT_TRUE(late);
    attempt_outcome refused;
    refused.result = verdict::rejected;
    refused.why = "mail.example:587 refused the mail (550)";
    const auto change = box.settle_late(late->delivery, refused, noon + 1min);
    EXPECT_TRUE(change.delivered.contains(late->delivery.number));
    ASSERT_EQ(change.events.size(), 1U);
    EXPECT_EQ(change.events[0].kind, history_kind::dead_letter);
    EXPECT_THAT(change.events[0].sentence, HasSubstr("boss@example.com never got the mail"));
    EXPECT_EQ(box.take_losses().forgotten.at("mail"), 1U);
    EXPECT_EQ(box.dead("mail"), 0U) << "the others have it";
}

TEST_F(OutboxWithMails, KeepsLateMailsOverARestart)
{
    const auto change = open("1");
    outbox after({mail_to("boss@example.com, noc@example.com")}, ids_from("e-"));
    EXPECT_TRUE(after.restore({change.deliveries.begin()->second}, noon + 1h).delivered.empty());
    EXPECT_EQ(after.pending("mail"), 0U);
    const auto late = after.next_late("mail", noon + 1h);
    ASSERT_TRUE(late);
    EXPECT_EQ(late->content.recipient, "boss@example.com");
    EXPECT_EQ(late->content.mail, "Subject: 1");
    after.put("production", {event(transition::opened, "2")}, noon + 1h);
    after.release_all();
    EXPECT_GT(after.next("mail", noon + 1h)->number, late->delivery.number) << "numbers are used once";
}

TEST_F(OutboxWithMails, ForgetsThoseOfARecipientWhoIsNotInTheSettingsAnyMore)
{
    const auto change = open("1");
    const auto number = change.deliveries.begin()->first;
    outbox after({mail_to("noc@example.com")}, ids_from("e-"));
    EXPECT_TRUE(after.restore({change.deliveries.begin()->second}, noon + 1h).delivered.contains(number));
    EXPECT_FALSE(after.has_late("mail"));
    EXPECT_TRUE(box.replace_sinks({mail_to("noc@example.com")}, noon).delivered.contains(number));
    EXPECT_FALSE(box.has_late("mail"));
}

TEST_F(OutboxWithMails, ForgetsThoseOfASinkThatIsGone)
{
    const auto change = open("1");
    EXPECT_TRUE(box.replace_sinks({}, noon).delivered.contains(change.deliveries.begin()->first));
}

TEST_F(OutboxWithMails, NamesThemAmongTheMessagesAboutAFinding)
{
    open("1");
    const auto about = box.about("f-1");
    ASSERT_EQ(about.size(), 1U);
    EXPECT_THAT(about[0].last_error, HasSubstr("boss@example.com"));
    EXPECT_EQ(about[0].next_attempt, noon + 1min);
}

}  // namespace
}  // namespace trunkwarden
