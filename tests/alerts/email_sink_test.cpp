#include "alerts/email_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "alerts/sample_finding.hpp"
#include "alerts/sample_sinks.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

sink_settings mail_settings_for_test()
{
    auto out = settings_for(sink_type::email, "");
    out.mail.smarthost = "mail.example.com:587";
    out.mail.from = "trunkwarden@example.com";
    out.mail.to = "noc@example.com, boss@example.com";
    return out;
}

std::string mail_of(const notification& notification)
{
    return only_request(sink_of(mail_settings_for_test())->requests_for(notification, sample_now())).body;
}

// The text that a person reads.
std::string text_in_mail(const std::string& bytes)
{
    std::string encoded = bytes.substr(bytes.find("\r\n\r\n") + 4);
    std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
    std::string out(encoded.size(), '\0');
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): bytes, as OpenSSL calls them
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(encoded.data()),
                                     static_cast<int>(encoded.size()));
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    out.resize(static_cast<std::size_t>(std::max(size, 0)));
    return out;
}

TEST(EmailSink, TellsWhatHappenedWhatToDoAndWhereToReadOn)
{
    const auto bytes = mail_of(told("opened", linked_finding()));
    EXPECT_THAT(bytes, HasSubstr("To: noc@example.com,\r\n boss@example.com\r\n"));
    EXPECT_THAT(bytes, HasSubstr("Message-ID: <d-1@example.com>"));
    EXPECT_THAT(bytes, HasSubstr("References: <f-3b1c9a70d2e4@example.com>"));
    const auto text = text_in_mail(bytes);
    EXPECT_THAT(text, testing::StartsWith("CRITICAL - New finding on production\n\nUnknown SIP IP"));
    EXPECT_THAT(text, HasSubstr("ip_address is 192.0.2.66; expected: nothing\n"));
    EXPECT_THAT(text, HasSubstr("2. If not, or if nobody answers, stop the money: trunkwarden lockdown "));
    EXPECT_THAT(text, HasSubstr("On the status page: https://guard.example.com/?incident=i-0123456789ab#f-"));
    EXPECT_THAT(text, HasSubstr("What it means: https://wiki.example.com/tw/detections.md#ips\n"));
}

TEST(EmailSink, HasTheSameIdAtEveryAttempt)
{
    const auto sink = sink_of(mail_settings_for_test());
    for (const auto at : {sample_now(), sample_now() + std::chrono::hours(2)})
        EXPECT_THAT(only_request(sink->requests_for(told("opened"), at)).body,
                    HasSubstr("Message-ID: <d-1@example.com>\r\n"));
}

TEST(EmailSink, LetsNothingFromTheAccountIntoAHeader)
{
    auto finding = with(sample_finding(), "title", "x\r\nBcc: thief@evil.example\r\n\r\nhello");
    finding["id"] = "f-1>\r\nBcc: <thief@evil.example";
    auto notification = told("opened", finding);
    notification.delivery_id = "d\r\nBcc: thief@evil.example";
    const auto bytes = mail_of(notification);
    EXPECT_THAT(bytes, Not(HasSubstr("\nBcc")));
    EXPECT_THAT(text_in_mail(bytes), HasSubstr("x\\u{d}\\u{a}Bcc: thief@evil.example"));
}

TEST(EmailSink, SumsUpManyFindingsWithTheHeaviestFirst)
{
    auto many = told_many(142, 100, "low");
    many.findings[99]["severity"] = "high";
    const auto text = text_in_mail(mail_of(many));
    EXPECT_THAT(text, HasSubstr("142 new findings at once on production, 20 of them told here\n\nHIGH - "));
    EXPECT_THAT(text, HasSubstr("(f-18.3fa9)"));
    EXPECT_THAT(text, Not(HasSubstr("(f-19.3fa9)")));
}

TEST(EmailSink, TestsWithoutAskingForAnything)
{
    const auto text = text_in_mail(mail_of(test_notification("t-1", "mail", sample_now())));
    EXPECT_THAT(text, HasSubstr("nothing is wrong"));
    EXPECT_THAT(text, Not(HasSubstr("ack")));
}

TEST(EmailSink, ReadsItsPasswordBeforeItIsNeeded)
{
    auto settings = mail_settings_for_test();
    settings.mail.auth_username = "watcher";
    settings.mail.auth_password_file = "/nowhere/password";
    const auto made = create_alert_sink(settings);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("the password of sink soc"));
}

}  // namespace
}  // namespace trunkwarden
