#include "alerts/mail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "alerts/sample_finding.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

mail sample_mail()
{
    return {"trunkwarden@example.com",
            {"noc@example.com", "boss@example.com"},
            "New finding",
            "d1",
            "f-1",
            sample_now(),
            "Hello.\n"};
}

// The lines before the first empty one.
std::vector<std::string> headers_of(const std::string& bytes)
{
    std::vector<std::string> out;
    std::istringstream in(bytes.substr(0, bytes.find("\r\n\r\n")));
    for (std::string line; std::getline(in, line);)
        out.push_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    return out;
}

TEST(Mail, IsWrittenAsMailServersWantIt)
{
    EXPECT_EQ(bytes_of(sample_mail()),
              "Date: Sun, 22 Nov 2026 10:10:04 +0000\r\n"
              "From: trunkwarden <trunkwarden@example.com>\r\n"
              "To: noc@example.com,\r\n boss@example.com\r\n"
              "Subject: New finding\r\n"
              "Message-ID: <d1@example.com>\r\n"
              "References: <f-1@example.com>\r\n"
              "Auto-Submitted: auto-generated\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: base64\r\n"
              "\r\n"
              "SGVsbG8uCg==\r\n");
}

TEST(Mail, LetsNoTextEndAHeaderOrBeginAnother)
{
    for (const std::string& evil :
         {std::string("x\r\nBcc: thief@evil.example"), std::string("x\nBcc: thief@evil.example\n\nbody"),
          std::string("=?utf-8?Q?=0D=0ABcc:_thief@evil.example?="), std::string(hostile_text),
          std::string("\0x", 2), std::string(5000, '\xC3'), std::string(" \r\n\t")}) {
        auto mail = sample_mail();
        mail.subject = evil;
        mail.text = evil + "\r\n.\r\nMAIL FROM:<thief@evil.example>\r\n";
        const auto bytes = bytes_of(mail);
        EXPECT_THAT(bytes, Not(HasSubstr("thief")));
        EXPECT_THAT(bytes, Not(HasSubstr("\r\n.\r\n")));
        std::size_t named = 0;
        for (const auto& line : headers_of(bytes)) {
            EXPECT_LE(line.size(), 76U) << line;
            EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
            named += line.starts_with(' ') ? 0 : 1;
        }
        EXPECT_EQ(named, 10U) << "no header is new: " << bytes;
        for (const char c : bytes)
            EXPECT_TRUE(c == '\r' || c == '\n' || (c >= ' ' && c <= '~'));
    }
}

TEST(Mail, EncodesASubjectInWholeCharacters)
{
    auto mail = sample_mail();
    mail.subject.clear();
    for (int n = 0; n < 30; ++n)
        mail.subject += "\xE2\x82\xAC";  // a euro has three bytes
    const auto bytes = bytes_of(mail);
    EXPECT_THAT(bytes, HasSubstr("Subject: =?utf-8?B?4oKs"));
    EXPECT_THAT(bytes, HasSubstr("?=\r\n =?utf-8?B?4oKs")) << "each word begins with a whole character";
}

TEST(Mail, HasADateOfItsOwnKind)
{
    EXPECT_EQ(mail_date(parse_time("2024-02-29T23:59:59Z").value()), "Thu, 29 Feb 2024 23:59:59 +0000");
    EXPECT_EQ(mail_date(parse_time("2027-01-03T00:00:00Z").value()), "Sun, 03 Jan 2027 00:00:00 +0000");
}

}  // namespace
}  // namespace trunkwarden
