#include "fetch/two_factor_probe.hpp"

#include <gtest/gtest.h>

#include "fakes/answers.hpp"
#include "fakes/run.hpp"
#include "fakes/times.hpp"
#include "fetch/http_message.hpp"
#include "fetch/https_client.hpp"

namespace trunkwarden {
namespace {

using verdict = probe_result::verdict;

using fakes::answer_with;
using fakes::noon;

// Answers every request with the same and remembers what was asked.
class fake_https_client final : public https_client {
public:
    explicit fake_https_client(result<http_answer> answer) : answer_(std::move(answer)) {}

    task<result<http_answer>> send(http_request request) override
    {
        asked.push_back(request.method + ' ' + request.target);
        co_return answer_;
    }

    std::vector<std::string> asked;

private:
    result<http_answer> answer_;
};

const two_factor_probe sample{"https://status.example.com/2fa?token=CANARY", "/data/enabled", "true"};

probe_result asked_of(result<http_answer> answer)
{
    fake_https_client http(std::move(answer));
    return run(ask_probe(http, sample, noon));
}

TEST(TwoFactorProbe, IsShownByTheExpectedValueAndOffByTheOther)
{
    EXPECT_EQ(judge_probe(R"({"data":{"enabled":true}})", "/data/enabled", "true").is, verdict::shown);
    EXPECT_EQ(judge_probe(R"({"data":{"enabled":"true"}})", "/data/enabled", "true").is, verdict::shown);
    EXPECT_EQ(judge_probe(R"({"data":{"enabled":false}})", "/data/enabled", "true").is, verdict::off);
    EXPECT_EQ(judge_probe(R"({"users":[{"mfa":"totp"}]})", "/users/0/mfa", "totp").is, verdict::shown);
    EXPECT_EQ(judge_probe(R"({"users":[{"mfa":"none"}]})", "/users/0/mfa", "totp").is, verdict::off);
    EXPECT_EQ(judge_probe(R"({"without":0})", "/without", "0").is, verdict::shown);
    EXPECT_EQ(judge_probe(R"({"without":3})", "/without", "0").is, verdict::off);
    EXPECT_EQ(judge_probe("true", "", "true").is, verdict::shown) << "the empty pointer is the whole answer";
    EXPECT_EQ(judge_probe(R"({"a/b":{"~":true}})", "/a~1b/~0", "true").is, verdict::shown);
}

TEST(TwoFactorProbe, KnowsNothingByAnythingElse)
{
    for (const char* body :
         {"", "{", "<html>", "[]", "null", "{}", R"({"data":null})", R"({"data":{"enabled":null}})",
          R"({"data":{"enabled":[true]}})", R"({"data":{"enabled":{"is":true}}})",
          R"({"data":{"enabled":""}})", R"({"data":{"enabled":"pending"}})", R"({"data":{"enabled":1}})",
          R"({"errors":[{"code":"10005"}]})"}) {
        const auto result = judge_probe(body, "/data/enabled", "true");
        EXPECT_EQ(result.is, verdict::not_known) << body;
        EXPECT_FALSE(result.reason.empty()) << body;
    }
    EXPECT_EQ(judge_probe(std::string(100'000, '['), "", "true").is, verdict::not_known);
}

TEST(TwoFactorProbe, SplitsTheUrlIntoHostAndTarget)
{
    const auto place = [](std::string_view url) {
        const auto split = place_of(url);
        return split ? split->base_url + " " + split->target : split.error().message;
    };
    EXPECT_EQ(place("https://a.example.com:8443/x/y?k=v#f"), "https://a.example.com:8443 /x/y?k=v");
    EXPECT_EQ(place("https://a.example.com"), "https://a.example.com /");
    EXPECT_EQ(place("https://a.example.com?k=v/w"), "https://a.example.com /?k=v/w");
    for (const char* url : {"", "CANARY", "https://", "https:///CANARY", "://CANARY/", "/CANARY"}) {
        EXPECT_FALSE(place_of(url)) << url;
        EXPECT_EQ(place(url).find("CANARY"), std::string::npos) << place(url);
    }
}

TEST(TwoFactorProbe, AsksTheTargetAndJudgesTheAnswer)
{
    fake_https_client http(answer_with(200, R"({"data":{"enabled":true}})"));
    const auto result = run(ask_probe(http, sample, noon));
    EXPECT_EQ(http.asked, std::vector<std::string>{"GET /2fa?token=CANARY"});
    EXPECT_EQ(result, (probe_result{verdict::shown, "", noon}));
    EXPECT_EQ(asked_of(answer_with(200, R"({"data":{"enabled":false}})")).is, verdict::off);
}

TEST(TwoFactorProbe, KnowsNothingWhenThereIsNoGoodAnswerAndKeepsItsSecrets)
{
    const std::string body = R"({"data":{"enabled":false},"secret":"CANARY"})";
    for (const unsigned status : {204U, 301U, 401U, 404U, 500U})
        EXPECT_EQ(asked_of(answer_with(status, body)).is, verdict::not_known) << status;
    EXPECT_EQ(asked_of(answer_with(503, body)).reason, "it answered 503");
    EXPECT_EQ(asked_of(answer_with(503, body)).at, noon);
    EXPECT_EQ(asked_of(failure{errc::timed_out, "status.example.com did not answer within 10 s"}).reason,
              "status.example.com did not answer within 10 s");
    EXPECT_EQ(asked_of(answer_with(200, "CANARY")).reason, "its answer is not JSON");
    EXPECT_EQ(asked_of(answer_with(200, R"({"data":{"enabled":["CANARY"]}})")).reason.find("CANARY"),
              std::string::npos);
}

TEST(TwoFactorProbe, DoesNotTakeBackThatItIsOffByAnAnswerThatSaysNothing)
{
    const probe_result off{verdict::off, "", noon};
    const probe_result nothing{verdict::not_known, "it answered 503", noon + std::chrono::minutes(1)};
    const probe_result shown{verdict::shown, "", noon + std::chrono::minutes(2)};
    EXPECT_EQ(known_after(off, nothing), off);
    EXPECT_EQ(known_after(off, shown), shown);
    EXPECT_EQ(known_after(shown, nothing), nothing);
    EXPECT_EQ(known_after(shown, off), off);
}

}  // namespace
}  // namespace trunkwarden
