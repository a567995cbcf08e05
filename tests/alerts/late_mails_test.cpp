#include "alerts/late_mails.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::noon;
using testing::ElementsAre;
using testing::IsEmpty;
using verdict = attempt_outcome::verdict;

constexpr auto critical_opening = weight_of_message(severity::critical, "opened");
constexpr auto light_opening = weight_of_message(severity::low, "opened");

late_mails::waiting mail_for(std::string recipient, std::int64_t number, alert_weight weight = light_opening)
{
    late_mails::waiting out;
    out.delivery.number = number;
    out.delivery.id = "d-" + std::to_string(number);
    out.delivery.sink = "mail";
    out.delivery.queued = noon;
    out.content = {std::move(recipient), "Subject: mail " + std::to_string(number), weight};
    return out;
}

attempt_outcome outcome_of(verdict result)
{
    attempt_outcome out;
    out.result = result;
    out.why = result == verdict::delivered ? "" : "does not take the mail now (452)";
    return out;
}

class LateMails : public testing::Test {
protected:
    // The numbers of the mails that go out at a moment, each with this outcome.
    std::vector<std::int64_t> go_out(time_point at, verdict result)
    {
        std::vector<std::int64_t> out;
        while (const auto next = late.next(at)) {
            out.push_back(next->delivery.number);
            late.settle(next->delivery.number, outcome_of(result), at);
        }
        return out;
    }

    late_mails late;
};

TEST(LateMail, ComesBackFromItsText)
{
    const late_mail sent{"boss@example.com", "Subject: a \"b\"\r\n\r\ntext\r\n", critical_opening};
    const auto back = late_mail_of(to_text(sent));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->recipient, sent.recipient);
    EXPECT_EQ(back->mail, sent.mail);
    EXPECT_EQ(back->weight, sent.weight);
}

TEST(LateMail, IsNoOtherBody)
{
    for (const char* body : {"", "no JSON", "[]", R"({"version":1,"event":"opened","finding":{"id":"f-1"}})",
                             R"({"recipient":"boss@example.com","weight":1})",
                             R"({"recipient":"boss@example.com","mail":"x","weight":"much"})"})
        EXPECT_FALSE(late_mail_of(body)) << body;
}

TEST_F(LateMails, AreTriedAgainAfterAMinuteThenLessAndLessOften)
{
    late.add(mail_for("boss@example.com", 1), noon);
    EXPECT_FALSE(late.next(noon));
    auto now = noon;
    for (const auto pause : {1min, 5min, 15min, 30min, 30min}) {
        ASSERT_EQ(late.look_again(), now + pause);
        EXPECT_FALSE(late.next(now + pause - 1s));
        now += pause;
        ASSERT_THAT(go_out(now, verdict::retry), ElementsAre(1));
    }
}

TEST_F(LateMails, OfOneMailboxDoNotWaitForAnother)
{
    late.add(mail_for("full@example.com", 1, critical_opening), noon);
    late.add(mail_for("boss@example.com", 2), noon);
    auto now = noon + 1min;
    EXPECT_EQ(late.next(now)->delivery.number, 1);
    EXPECT_FALSE(late.next(now)) << "one at a time";
    EXPECT_FALSE(late.look_again());
    late.settle(1, outcome_of(verdict::retry), now);
    EXPECT_THAT(go_out(now, verdict::delivered), ElementsAre(2));
    EXPECT_FALSE(late.empty()) << "the first still waits";
}

TEST_F(LateMails, GoOutTogetherOnceTheMailboxTakesOne)
{
    late.add(mail_for("boss@example.com", 1), noon);
    late.add(mail_for("boss@example.com", 2, critical_opening), noon + 30s);
    late.add(mail_for("boss@example.com", 3, critical_opening), noon + 40s);
    EXPECT_THAT(go_out(noon + 1min, verdict::delivered), ElementsAre(2, 3, 1)) << "the most severe first";
    EXPECT_TRUE(late.empty());
    EXPECT_FALSE(late.look_again());
}

TEST_F(LateMails, AreTriedAtOnceWhenTheServerTookAnotherMailForTheirRecipient)
{
    late.add(mail_for("boss@example.com", 1), noon);
    late.add(mail_for("full@example.com", 2), noon);
    late.try_others({"full@example.com"}, noon + 10s);
    EXPECT_THAT(go_out(noon + 10s, verdict::delivered), ElementsAre(1));
}

TEST_F(LateMails, AreGivenUpAfterADayAndWhenTheyAreRefusedForGood)
{
    late.add(mail_for("boss@example.com", 1), noon);
    late.add(mail_for("gone@example.com", 2), noon);
    late.start_over(noon + 24h);
    ASSERT_TRUE(late.next(noon + 24h));
    EXPECT_FALSE(late.settle(1, outcome_of(verdict::retry), noon + 24h)) << "a day is not over yet";
    ASSERT_EQ(late.next(noon + 24h)->delivery.number, 2);
    const auto refused = late.settle(2, outcome_of(verdict::rejected), noon + 24h);
    ASSERT_TRUE(refused);
    EXPECT_TRUE(refused->delivery.dead);
    ASSERT_EQ(late.next(noon + 25h)->delivery.number, 1);
    const auto over = late.settle(1, outcome_of(verdict::retry), noon + 25h);
    ASSERT_TRUE(over);
    EXPECT_TRUE(over->delivery.dead);
    EXPECT_EQ(over->delivery.last_error, "does not take the mail now (452)");
    EXPECT_TRUE(late.empty());
}

TEST_F(LateMails, ThatWereTakenAreNotDead)
{
    late.add(mail_for("boss@example.com", 1), noon);
    ASSERT_TRUE(late.next(noon + 1min));
    const auto taken = late.settle(1, outcome_of(verdict::delivered), noon + 1min);
    ASSERT_TRUE(taken);
    EXPECT_FALSE(taken->delivery.dead);
    EXPECT_FALSE(late.settle(1, outcome_of(verdict::delivered), noon + 1min)) << "it is over";
}

TEST_F(LateMails, GiveWayWhenThereAreTooManyTheLightestAndOldestFirst)
{
    late.add(mail_for("boss@example.com", 1, critical_opening), noon);
    std::vector<late_mails::waiting> gone;
    for (std::int64_t number = 2; gone.empty(); ++number) {
        ASSERT_LE(number, static_cast<std::int64_t>(late_mails::max_mails) + 1);
        gone = late.add(mail_for(number % 2 == 0 ? "noc@example.com" : "boss@example.com", number), noon);
    }
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].delivery.number, 2);
    EXPECT_EQ(late.all().size(), late_mails::max_mails);
}

TEST_F(LateMails, TakeNoMoreMemoryThanTheyMay)
{
    auto large = mail_for("boss@example.com", 1);
    large.content.mail.assign(late_mails::max_bytes / 2, 'x');
    EXPECT_THAT(late.add(large, noon), IsEmpty());
    large.delivery.number = 2;
    const auto gone = late.add(large, noon);
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].delivery.number, 1);
}

TEST_F(LateMails, OfARestartAreTriedAtOnce)
{
    late.restore(mail_for("boss@example.com", 7));
    EXPECT_THAT(go_out(noon + 1h, verdict::delivered), ElementsAre(7));
}

TEST_F(LateMails, AreForgottenWithTheirRecipient)
{
    late.add(mail_for("boss@example.com", 1), noon);
    late.add(mail_for("noc@example.com", 2), noon);
    ASSERT_TRUE(late.next(noon + 1min));
    EXPECT_THAT(late.keep_only({"noc@example.com"}), ElementsAre(1));
    EXPECT_FALSE(late.settle(1, outcome_of(verdict::delivered), noon + 1min));
    EXPECT_THAT(go_out(noon + 1min, verdict::delivered), ElementsAre(2)) << "none is under way any more";
}

// A clock that was a day ahead for a moment.
TEST_F(LateMails, DoNotWaitForAMomentThatAWrongClockSet)
{
    late.add(mail_for("boss@example.com", 1), noon + 24h);
    EXPECT_TRUE(late.next(noon));
}

}  // namespace
}  // namespace trunkwarden
