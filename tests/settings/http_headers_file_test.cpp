#include "settings/http_headers_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>
#include <vector>

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string headers_in(std::string_view text)
{
    std::string out;
    const auto reading = parse_http_headers(text, "h.yml");
    for (const auto& each : reading.problems)
        out += to_string(each) + '\n';
    for (const auto& each : reading.headers)
        out += fmt::format("{} = {}\n", each.name, each.value.reveal());
    return out;
}

TEST(HttpHeadersFile, HoldsNamesAndValues)
{
    EXPECT_EQ(headers_in("# of the gateway\nX-Tenant: voice\nX-Gateway-Token: \"2f: 1c\"\nX-Empty: ''\n"),
              "X-Tenant = voice\nX-Gateway-Token = 2f: 1c\nX-Empty = \n");
}

TEST(HttpHeadersFile, RefusesWhatIsNoHeader)
{
    EXPECT_THAT(headers_in(""), HasSubstr("h.yml:1:1: the file holds no headers"));
    EXPECT_THAT(headers_in("- X: y\n"), HasSubstr("h.yml:1:1: the file must be a map of header names"));
    EXPECT_THAT(headers_in("X-CANARY=1\n"), HasSubstr("h.yml:1:1: the file must be a map of header names"));
    EXPECT_THAT(headers_in("X Y: z\n"), HasSubstr("h.yml:1:1: this is not the name of a header"));
    EXPECT_THAT(headers_in("X-A: [CANARY]\n"),
                HasSubstr("h.yml:1:6: the value of X-A must be a single value"));
    EXPECT_THAT(headers_in("X-A: \"CANARY\\r\\nX-B: c\"\n"),
                HasSubstr("h.yml:1:6: the value of X-A must be one line of printable ASCII characters"));
    EXPECT_THAT(headers_in("X-A: caf\xc3\xa9\n"), HasSubstr("printable ASCII"));
    EXPECT_THAT(headers_in("X-A: b\nx-a: c\n"), HasSubstr("h.yml:2:1: x-a is there twice"));
    EXPECT_THAT(headers_in("X-A: " + std::string(5'000, 'x') + "\n"), HasSubstr("at most 4096 characters"));
}

TEST(HttpHeadersFile, RefusesWhatTheDaemonSetsItself)
{
    for (const auto* name : {"Host", "content-length", "Transfer-Encoding", "Proxy-Authorization",
                             "Connection", "Content-Type", "User-Agent", "X-Trunkwarden-Signature",
                             "X-Managed-Account-Id", "Idempotency-Key", "Upgrade", "TE"})
        EXPECT_THAT(headers_in(fmt::format("{}: x\n", name)), HasSubstr("is set by trunkwarden itself"))
            << name;
    EXPECT_THAT(headers_in("authorization: Bearer CANARY\n"), HasSubstr("has its own place"));
}

TEST(HttpHeadersFile, IsTakenAsAWholeOrNotAtAll)
{
    const auto reading = parse_http_headers("X-A: b\nHost: CANARY\nX-C: [CANARY]\n", "h.yml");
    EXPECT_TRUE(reading.headers.empty());
    ASSERT_EQ(reading.problems.size(), 2U);
    for (const auto& each : reading.problems) {
        EXPECT_THAT(to_string(each), Not(HasSubstr("CANARY")));
        EXPECT_EQ(each.shown.line, "");
    }
}

TEST(HttpHeadersFile, ThatIsNotThereIsToldByItsName)
{
    const auto reading = read_http_headers_file("/nonexistent/headers.yml");
    ASSERT_EQ(reading.problems.size(), 1U);
    EXPECT_THAT(to_string(reading.problems[0]), HasSubstr("/nonexistent/headers.yml"));
}

}  // namespace
}  // namespace trunkwarden
