#include "alerts/mail_conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

namespace trunkwarden {
namespace {

using testing::HasSubstr;

// A line of ours ("" for none yet), and the answer ("" for none).
using exchanges = std::vector<std::pair<std::string_view, std::string_view>>;

mail_conversation talk_after(const exchanges& all)
{
    mail_conversation out("mail.example:587", {"noc@example.com", "boss@example.com", "third@example.com"});
    for (const auto& [command, answer] : all) {
        if (!command.empty())
            out.said(command);
        if (!answer.empty())
            out.heard(answer);
    }
    return out;
}

// A conversation up to the sender, over TLS and logged in.
exchanges as_usual(const exchanges& then)
{
    exchanges out{{"", "220 mail.example\r\n"},
                  {"EHLO here\r\n", "250 STARTTLS\r\n"},
                  {"STARTTLS\r\n", "220 go on\r\n"},
                  {"EHLO here\r\n", "250 AUTH PLAIN\r\n"},
                  {"AUTH PLAIN\r\n", "334 \r\n"},
                  {"AHVzZXIAcGFzcw==\r\n", "235 welcome\r\n"},
                  {"MAIL FROM:<trunkwarden@example.com>\r\n", "250 fine\r\n"}};
    out.insert(out.end(), then.begin(), then.end());
    return out;
}

constexpr const char* to_noc = "RCPT TO:<noc@example.com>\r\n";
constexpr const char* to_boss = "RCPT TO:<boss@example.com>\r\n";
constexpr const char* to_third = "RCPT TO:<third@example.com>\r\n";

TEST(MailConversation, AWordBeforeLoginAndMailIsNeverARefusalForGood)
{
    for (const auto& all :
         {exchanges{{"", "554 too many connections\r\n"}},
          exchanges{{"", "220 hello\r\n"}, {"EHLO here\r\n", "554 no\r\n"}},
          exchanges{
              {"", "220 hello\r\n"}, {"EHLO here\r\n", "554 no\r\n"}, {"HELO here\r\n", "554 no\r\n"}}}) {
        const auto refused = talk_after(all).refusal();
        ASSERT_TRUE(refused);
        EXPECT_EQ(refused->kind, errc::unreachable);
        EXPECT_EQ(refused->message, "mail.example:587 talks to nobody now (554)");
    }
    const auto refused =
        talk_after(
            {{"", "220 hello\r\n"}, {"EHLO here\r\n", "250 STARTTLS\r\n"}, {"STARTTLS\r\n", "554 no\r\n"}})
            .refusal();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, errc::untrusted);
    EXPECT_THAT(refused->message, HasSubstr("starts no TLS (554)"));
}

TEST(MailConversation, A5yzToTheMailIsForGoodAndA4yzForNow)
{
    EXPECT_EQ(talk_after(as_usual({{to_noc, "550 no\r\n"}})).refusal()->kind, errc::bad_usage);
    EXPECT_EQ(talk_after(as_usual({{to_noc, "451 later\r\n"}})).refusal()->kind, errc::not_understood);
    const exchanges spam =
        as_usual({{to_noc, "250 fine\r\n"}, {"DATA\r\n", "354 go on\r\n"}, {"", "554 spam\r\n"}});
    EXPECT_EQ(talk_after(spam).refusal()->kind, errc::bad_usage);
    EXPECT_EQ(talk_after({{"AUTH PLAIN AHVz\r\n", "535 no\r\n"}}).refusal()->message,
              "mail.example:587 refused the mail (535): are from, to and the login right?");
}

TEST(MailConversation, OneRecipientWhoMayGetItLaterKeepsTheMail)
{
    const auto refused = talk_after(as_usual({{to_noc, "451 later\r\n"}, {to_boss, "550 no\r\n"}})).refusal();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, errc::not_understood);
}

TEST(MailConversation, AnAnswerOfBeforeIsNoneToWhatWasSaidSince)
{
    const auto talk = talk_after(as_usual({{to_noc, "550 no\r\n"}, {to_boss, ""}}));
    EXPECT_FALSE(talk.refusal()) << "the connection broke, or took too long";
    EXPECT_FALSE(talk_after(as_usual({{to_noc, "550-not the last line\r\n"}})).refusal());
    EXPECT_FALSE(talk_after(as_usual({{to_noc, "what?\r\n"}})).refusal());
}

TEST(MailConversation, OurGoodbyeChangesNothing)
{
    const auto talk = talk_after(as_usual({{to_noc, "550 no\r\n"}, {"QUIT\r\n", "221 bye\r\n"}}));
    ASSERT_TRUE(talk.refusal());
    EXPECT_THAT(talk.refusal()->message, HasSubstr("(550)"));
}

TEST(MailConversation, SaysWhoDoesNotGetAMailThatWasTaken)
{
    const exchanges taken{{"DATA\r\n", "354 go on\r\n"}, {"", "250 taken\r\n"}};
    auto partly = as_usual({{to_noc, "250 fine\r\n"}, {to_boss, "550 no\r\n"}, {to_third, "452 full\r\n"}});
    partly.insert(partly.end(), taken.begin(), taken.end());
    EXPECT_FALSE(talk_after(partly).refusal());
    EXPECT_EQ(
        talk_after(partly).left_out(),
        "mail.example:587 took the mail, but not for boss@example.com (550): is to right? And not yet for "
        "third@example.com (452)");
    EXPECT_THAT(talk_after(partly).later(), testing::ElementsAre("third@example.com"));
    auto wholly = as_usual({{to_noc, "250 fine\r\n"}, {to_boss, "251 forwarded\r\n"}});
    wholly.insert(wholly.end(), taken.begin(), taken.end());
    EXPECT_EQ(talk_after(wholly).left_out(), "");
    EXPECT_TRUE(talk_after(wholly).later().empty());
}

TEST(MailConversation, TellsWhoMayTakeAMailLater)
{
    const exchanges taken{{"DATA\r\n", "354 go on\r\n"}, {"", "250 taken\r\n"}};
    auto partly =
        as_usual({{to_noc, "450 later\r\n"}, {to_boss, "250 fine\r\n"}, {to_third, "452 full\r\n"}});
    partly.insert(partly.end(), taken.begin(), taken.end());
    EXPECT_EQ(talk_after(partly).left_out(),
              "mail.example:587 took the mail, but not yet for noc@example.com (450) and 1 more");
    EXPECT_THAT(talk_after(partly).later(), testing::ElementsAre("noc@example.com", "third@example.com"));
}

TEST(MailConversation, IsHandedOverFromTheMailUntilItsEnd)
{
    EXPECT_FALSE(talk_after(as_usual({{to_noc, "250 fine\r\n"}})).is_handed_over());
    EXPECT_FALSE(talk_after(as_usual({{to_noc, "250 fine\r\n"}, {"DATA\r\n", ""}})).is_handed_over());
    EXPECT_TRUE(
        talk_after(as_usual({{to_noc, "250 fine\r\n"}, {"DATA\r\n", "354 go on\r\n"}})).is_handed_over());
    EXPECT_TRUE(
        talk_after(as_usual({{to_noc, "250 fine\r\n"}, {"DATA\r\n", "354 go on\r\n"}, {"", "250 taken\r\n"}}))
            .is_handed_over())
        << "a server that thought for long has taken it";
}

}  // namespace
}  // namespace trunkwarden
