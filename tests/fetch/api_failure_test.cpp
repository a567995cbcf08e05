#include "fetch/api_failure.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace trunkwarden {
namespace {

TEST(ApiFailure, TellsTheStatusesApart)
{
    EXPECT_EQ(kind_of_status(200), std::nullopt);
    EXPECT_EQ(kind_of_status(204), errc::not_understood);
    EXPECT_EQ(kind_of_status(307), errc::refused);
    EXPECT_EQ(kind_of_status(400), errc::refused);
    EXPECT_EQ(kind_of_status(401), errc::unauthorised);
    EXPECT_EQ(kind_of_status(403), errc::forbidden);
    EXPECT_EQ(kind_of_status(404), errc::not_found);
    EXPECT_EQ(kind_of_status(410), errc::not_found);
    EXPECT_EQ(kind_of_status(422), errc::refused);
    EXPECT_EQ(kind_of_status(409), errc::busy);
    EXPECT_EQ(kind_of_status(429), errc::rate_limited);
    EXPECT_EQ(kind_of_status(500), errc::server_error);
    EXPECT_EQ(kind_of_status(503), errc::server_error);
}

TEST(ApiFailure, ReadsEveryShapeOfError)
{
    EXPECT_EQ(error_detail(R"({"errors":[{"code":"10010","title":"Not permitted","detail":"No."}]})"),
              "10010 Not permitted: No.");
    EXPECT_EQ(error_detail(R"({"errors":[{"code":10015,"title":"Bad Request"}]})"), "10015 Bad Request");
    EXPECT_EQ(error_detail(R"({"detail":[{"loc":["body"],"msg":"field required","type":"x"}]})"),
              "field required");
    EXPECT_EQ(error_detail(R"({"error":"invalid_client","error_description":"Unknown client"})"),
              "invalid_client: Unknown client");
    EXPECT_EQ(error_detail(R"({"code":"10005","title":"Not found","detail":"Gone"})"),
              "10005 Not found: Gone");
    EXPECT_EQ(error_detail(R"({"detail":"Not Found"})"), "Not Found");
}

TEST(ApiFailure, SaysNothingWhereTheBodySaysNothing)
{
    for (const auto* body : {"", "<html>", "[]", "{}", R"({"errors":[]})", R"({"errors":[7]})",
                             R"({"errors":{}})", R"({"errors":[{"code":{},"title":null}]})"})
        EXPECT_EQ(error_detail(body), "") << body;
    EXPECT_EQ(error_detail(std::string(200'000, '[')), "");
    EXPECT_EQ(error_detail(std::string(60'000, '[')), "");
}

// A thief wrote the name that the error repeats.
TEST(ApiFailure, ReadsAnErrorThatRepeatsWhatNoParserTakes)
{
    EXPECT_EQ(error_detail("{\"errors\":[{\"code\":\"10015\",\"detail\":\"\xff is taken\"}]}"),
              "10015: \xEF\xBF\xBD is taken");
    EXPECT_EQ(error_detail(R"({"errors":[{"code":"10015","detail":"ivr \ud800 is taken"}]})"),
              "10015: ivr \xEF\xBF\xBD is taken");
}

using members = std::vector<std::string>;
constexpr std::string_view sent =
    R"({"id":null,"name":"x","limit":null,"outbound":{"channel_limit":null,"ani_override":null}})";

TEST(ApiFailure, NamesTheMembersToWhichARefusalPoints)
{
    EXPECT_EQ(members_named(sent, R"({"errors":[{"source":{"pointer":"/limit"}}]})"), members{"limit"});
    EXPECT_EQ(
        members_named(
            sent,
            R"({"errors":[{"detail":"name and limit","source":{"pointer":"/outbound/channel_limit"}}]})"),
        members{"channel_limit"})
        << "its place says more than its words";
    EXPECT_EQ(
        members_named(
            sent,
            R"({"errors":[{"source":{"pointer":"/limit"}},{"source":{"pointer":"/outbound.ani_override"}}]})"),
        (members{"limit", "ani_override"}))
        << "each error counts";
    EXPECT_EQ(members_named(sent, R"({"detail":[{"loc":["body","name"],"msg":"none is not allowed"}]})"),
              members{"name"});
}

TEST(ApiFailure, NamesTheMembersThatAreWordsOfARefusal)
{
    EXPECT_EQ(members_named(sent, R"({"errors":[{"detail":"channel_limit must not be null"}]})"),
              members{"channel_limit"})
        << "limit is a part of that name";
    EXPECT_EQ(members_named(sent, R"({"error":"invalid_request","error_description":"limit, name: no"})"),
              (members{"name", "limit"}))
        << "id is a part of invalid";
    EXPECT_EQ(members_named(sent, R"({"errors":[{"detail":"outbound.ani_override \ud800 is wrong"}]})"),
              members{"ani_override"});
}

TEST(ApiFailure, NamesNothingThatTheRequestDoesNotHave)
{
    EXPECT_EQ(members_named(sent, R"({"errors":[{"detail":"swordfish is wrong","source":{"pointer":"/"}}]})"),
              members{});
    for (const auto* answer : {"", "<html>", "[]", "{}", R"({"errors":[]})", R"({"errors":[{"source":7}]})",
                               R"({"detail":[{"loc":[]},{"loc":["body",0]}]})"})
        EXPECT_EQ(members_named(sent, answer), members{}) << answer;
    EXPECT_EQ(members_named("", R"({"errors":[{"source":{"pointer":"/limit"}}]})"), members{});
}

TEST(ApiFailure, IsOneReadableSentence)
{
    const auto f = describe_answer("GET " + readable_target("/ips?page%5Bnumber%5D=2"), 403,
                                   R"({"errors":[{"code":"10010","title":"Not permitted"}]})", "KEY");
    EXPECT_EQ(f.kind, errc::forbidden);
    EXPECT_EQ(f.message, "GET /ips?page[number]=2: 403 Forbidden (10010 Not permitted)");
    EXPECT_EQ(describe_answer("GET /ips", 502, "<html>", "KEY").message, "GET /ips: 502 Bad Gateway");
    EXPECT_EQ(describe_answer("GET /ips", 499, "", "KEY").message, "GET /ips: 499");
}

TEST(ApiFailure, NeverRepeatsTheKeyOrControlCharacters)
{
    const auto f = describe_answer(
        "GET /ips", 401,
        R"({"errors":[{"code":"20008","title":"Bad key KEY0123 \u001b[2J","detail":"KEY0123KEY0123"}]})",
        "KEY0123");
    EXPECT_EQ(f.message.find("KEY0123"), std::string::npos) << f.message;
    EXPECT_NE(f.message.find("(secret)"), std::string::npos) << f.message;
    EXPECT_EQ(f.message.find('\x1b'), std::string::npos);
}

TEST(ApiFailure, DoesNotRepeatAPasswordThatTheApiRefuses)
{
    const auto f = describe_answer(
        "PATCH /credential_connections/1", 422,
        R"({"errors":[{"code":"10015","title":"Bad Request","detail":"sip_password 'swordfish9' is too weak"}]})",
        "KEY");
    EXPECT_EQ(f.message,
              "PATCH /credential_connections/1: 422 Unprocessable Entity (10015 Bad Request: sip_password "
              "'(secret)' is too weak)");
}

// The text is cut where a word is: its half looks like no key any more.
TEST(ApiFailure, DoesNotRepeatHalfAKey)
{
    const known_secrets none;
    const std::string key = "Xk9pQ2zzLm4tXk9pQ2zzLm4t";
    for (std::size_t before = 200; before < 260; ++before) {
        const auto detail = std::string(before, 'A') + ' ' + key;
        const auto f = describe_answer("GET /ips", 422, R"({"detail":")" + detail + "\"}", "KEY", &none);
        EXPECT_EQ(f.message.find("Xk9"), std::string::npos) << before << ": " << f.message;
    }
}

TEST(ApiFailure, IsShort)
{
    const auto body = R"({"errors":[{"title":")" + std::string(5000, 'x') + "\"}]}";
    EXPECT_LT(describe_answer("GET /ips", 400, body, "KEY").message.size(), 250U);
}

// A plain word without quotes, which no rule about shapes can distinguish from any other.
TEST(ApiFailure, DoesNotRepeatASecretThatTheApiShowedBefore)
{
    known_secrets shown;
    shown.note("swordfish");
    const auto f = describe_answer(
        "GET /ips", 422,
        R"({"errors":[{"code":"10015","title":"Bad Request","detail":"swordfish is no filter of swordfishes"}]})",
        "KEY", &shown);
    EXPECT_EQ(f.message,
              "GET /ips: 422 Unprocessable Entity (10015 Bad Request: (secret) is no filter of swordfishes)");
}

}  // namespace
}  // namespace trunkwarden
