#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "alerts/sample_finding.hpp"
#include "alerts/sample_sinks.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"
#include "fakes/run.hpp"
#include "fetch/https_client.hpp"

// Every way in which a receiver of alerts can get it wrong, over real sockets: the outcome, the time it
// takes, and that no sentence about it holds a secret.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using end_to_end::canary;
using testing::HasSubstr;
using testing::Not;
using verdict = attempt_outcome::verdict;
using manner = scripted_answer::manner;
using speaks = receiver_options::speaks;
using clock = std::chrono::steady_clock;

struct attempt_made {
    attempt_outcome outcome;
    clock::duration took{};
};

// A Slack sink, whose URL is a secret as a whole, on its way to `base`.
class AlertReceivers : public testing::Test {
protected:
    attempt_made tell(const std::string& base, const std::string& authority = {})
    {
        const secret_file_for_test url(base + "/services/T000/CANARY?token=CANARY");
        auto settings = settings_for(sink_type::slack, "");
        settings.url_file = url.path;
        const auto sink = sink_of(settings);
        https_options options;
        options.base_url = sink->base_url();
        options.plain = plain_http::to_any_host;
        options.timeout = deadline;
        if (!authority.empty())
            options.ca_file = folder.write("ca.pem", authority);
        asio::io_context io(1);  // outlives the connections that the client keeps
        const auto client = create_https_client(options).value();
        auto request = only_request(sink->requests_for(told("opened"), sample_now()));
        request.status_decides = true;  // as the dispatcher has it

        const auto started = clock::now();
        const auto answer = run_to_end(io, client->send(request));
        attempt_made made{judge_answer(answer, sample_now()), clock::now() - started};
        EXPECT_LT(made.took, deadline + 1s);
        EXPECT_THAT(made.outcome.why, Not(HasSubstr(canary)));
        EXPECT_THAT(made.outcome.why, Not(HasSubstr("services")));
        EXPECT_EQ(made.outcome.why.empty(), made.outcome.result == verdict::delivered);
        return made;
    }

    attempt_outcome tell(const receiver& to) { return tell(to.url(), to.authority()).outcome; }

    attempt_outcome tell_one_that(scripted_answer answer)
    {
        receiver hook;
        hook.script({std::move(answer)});
        auto outcome = tell(hook);
        EXPECT_EQ(hook.requests().size(), 1U);  // nothing is sent twice behind our back
        return outcome;
    }

    end_to_end::scratch_folder folder;
    std::chrono::milliseconds deadline = 1s;
};

void expect_unreached(const attempt_outcome& outcome)
{
    EXPECT_EQ(outcome.result, verdict::retry) << outcome.why;
    EXPECT_FALSE(outcome.reached) << outcome.why;
}

TEST_F(AlertReceivers, GetTheWholeRequest)
{
    receiver hook;
    EXPECT_EQ(tell(hook).result, verdict::delivered);
    const auto got = hook.requests();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].method, "POST");
    EXPECT_EQ(got[0].target, "/services/T000/CANARY?token=CANARY");
    EXPECT_EQ(got[0].header("content-type"), "application/json");
    EXPECT_EQ(got[0].header("Content-Length"), std::to_string(got[0].body.size()));
    EXPECT_EQ(boost::json::parse(got[0].body).at("unfurl_links"), false);
}

TEST_F(AlertReceivers, ThatSpeakTlsAreToldWhenTheirAuthorityIsTrusted)
{
    const receiver hook({.over = speaks::tls});
    EXPECT_EQ(tell(hook).result, verdict::delivered);
}

// As curl and Go take it: a client that names an authority trusts it, no matter who signed it.
TEST_F(AlertReceivers, AreTrustedForAnAuthorityThatIsNotTheTopOne)
{
    const receiver hook({.over = speaks::tls, .has_intermediate = true});
    EXPECT_EQ(tell(hook.url(), hook.issuer()).outcome.result, verdict::delivered);
    EXPECT_EQ(tell(hook.url(), hook.issuer() + hook.authority()).outcome.result, verdict::delivered);
    EXPECT_EQ(hook.requests().size(), 2U);
    const receiver another({.over = speaks::tls, .has_intermediate = true});
    for (const auto& trusted : {std::string(), hook.authority(), another.issuer(), another.authority()})
        expect_unreached(tell(hook.url(), trusted).outcome);
    EXPECT_EQ(hook.requests().size(), 2U);
}

TEST_F(AlertReceivers, WithACertificateThatNobodyVouchesForGetNothing)
{
    const receiver hook({.over = speaks::tls});
    const auto outcome = tell(hook.url()).outcome;
    expect_unreached(outcome);
    EXPECT_THAT(outcome.why, HasSubstr("cannot be trusted"));
    EXPECT_TRUE(hook.requests().empty());
}

TEST_F(AlertReceivers, WithACertificateForAnotherHostGetNothing)
{
    const receiver hook({.over = speaks::tls, .certificate_for = "DNS:hooks.example"});
    const auto outcome = tell(hook);
    expect_unreached(outcome);
    EXPECT_THAT(outcome.why, HasSubstr("another host"));
    EXPECT_TRUE(hook.requests().empty());
}

TEST_F(AlertReceivers, ThatAreNotThereAreTriedAgain)
{
    std::string gone;
    {
        const receiver hook;
        gone = hook.url();
    }
    expect_unreached(tell(gone).outcome);
}

TEST_F(AlertReceivers, ThatHangAreGivenUpAtTheDeadline)
{
    receiver hook;
    hook.script({{.mode = manner::hang}});
    const auto made = tell(hook.url());
    expect_unreached(made.outcome);
    EXPECT_GE(made.took, deadline);
    EXPECT_THAT(made.outcome.why, HasSubstr("within 1 s, waiting for the answer"));
}

TEST_F(AlertReceivers, ThatDripAreGivenUpAtTheDeadline)
{
    expect_unreached(tell_one_that({.body = "ok", .mode = manner::drip, .pace = 50ms}));
}

TEST_F(AlertReceivers, ThatSpeakTlsToPlainHttpOrTheOtherWayRoundAreTriedAgain)
{
    const receiver plain;
    expect_unreached(tell("https://127.0.0.1:" + std::to_string(plain.port())).outcome);
    const receiver tls({.over = speaks::tls});
    expect_unreached(tell("http://127.0.0.1:" + std::to_string(tls.port())).outcome);
}

TEST_F(AlertReceivers, ThatCloseBeforeTheyAnswerAreTriedAgain)
{
    expect_unreached(tell_one_that({.mode = manner::close_before_answer}));
    expect_unreached(
        tell_one_that({.status = 500, .body = std::string(2000, 'x'), .mode = manner::close_in_answer}));
}

// Else people would be notified again and again, by a receiver that took it.
TEST_F(AlertReceivers, AnAnswerThatIsCutOffAfterItsStatusLineIsTaken)
{
    for (const unsigned status : {200U, 202U, 204U})
        EXPECT_EQ(
            tell_one_that({.status = status, .body = std::string(2000, 'x'), .mode = manner::close_in_answer})
                .result,
            verdict::delivered);
    EXPECT_EQ(tell_one_that({.headers = {{"Content-Encoding", "gzip"}}, .body = "no gzip"}).result,
              verdict::delivered);
    EXPECT_EQ(tell_one_that({.headers = {{"X-Long", std::string(100'000, 'x')}}}).result, verdict::delivered);
}

// Any bytes may follow the status line, over TCP and TLS, closed or left open.
TEST_F(AlertReceivers, AStatusLineThatSaysTakenIsEnough)
{
    const std::string odd("\x00\x01\xff\xfe: \r\n", 8);
    const std::vector<std::string> answers{
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nno length, and the end of the connection is the end",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\n\nok",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 200 \r\n\r\n",
        "HTTP/1.0 202 Accepted\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 299 whatever\r\nContent-Length: 7\r\n\r\nab",
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n\r\nxx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 \xc3\xa4\xff\r\n" + odd + "\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + odd,
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200\r\n\r\n",
    };
    for (const auto over : {speaks::plain, speaks::tls}) {
        receiver hook({.over = over});
        for (const auto& answer : answers) {
            hook.forget();
            hook.script({{.body = answer, .mode = manner::raw}});
            EXPECT_EQ(tell(hook).result, verdict::delivered) << answer;
            EXPECT_EQ(hook.requests().size(), 1U) << answer;
        }
    }
}

// One that takes messages and keeps its connections open must not hold up the next message for long.
TEST_F(AlertReceivers, AnAnswerWithoutEndIsNotWaitedForAfterItsStatusLine)
{
    deadline = 20s;
    for (const auto* answer : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
                               "HTTP/1.1 202\r\nX-Cut: o"}) {
        receiver hook;
        hook.script({{.body = answer, .mode = manner::raw_then_hang}});
        const auto made = tell(hook.url());
        EXPECT_EQ(made.outcome.result, verdict::delivered) << answer;
        EXPECT_LT(made.took, 10s) << answer;
    }
}

TEST_F(AlertReceivers, WhatIsNoWholeStatusLineOrNotTakenIsTriedAgain)
{
    for (const auto* answer : {"", "HTTP/1.1 20", "HTTP/1.1 200 OK", "HTTP/1.1 2000 OK\r\n\r\n",
                               "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 500\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
                               "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\n", "200 OK\r\n\r\n"})
        EXPECT_EQ(tell_one_that({.body = answer, .mode = manner::raw}).result, verdict::retry) << answer;
}

TEST_F(AlertReceivers, ThatTalkNonsenseAreTriedAgain)
{
    expect_unreached(tell_one_that({.mode = manner::nonsense}));
}

TEST_F(AlertReceivers, ThatRedirectAreNotFollowed)
{
    receiver elsewhere;
    const auto outcome =
        tell_one_that({.status = 301, .headers = {{"Location", elsewhere.url() + "/CANARY"}}});
    EXPECT_EQ(outcome.result, verdict::rejected);
    EXPECT_THAT(outcome.why, HasSubstr("answered 301: redirects are not followed"));
    EXPECT_TRUE(elsewhere.requests().empty());
}

TEST_F(AlertReceivers, ThatTakeItWithALongAnswerHaveTakenIt)
{
    EXPECT_EQ(tell_one_that({.body = std::string(10UL << 20U, 'x')}).result, verdict::delivered);
}

TEST_F(AlertReceivers, ThatAnswerWithoutEndAreTriedAgain)
{
    const auto outcome =
        tell_one_that({.status = 500, .headers = {{"Set-Cookie", std::string(70'000, 'x')}}});
    EXPECT_EQ(outcome.result, verdict::retry);
    EXPECT_TRUE(outcome.reached);
}

TEST_F(AlertReceivers, ThatAreBusySayWhenToComeBack)
{
    const auto outcome = tell_one_that({.status = 429, .headers = {{"Retry-After", "17"}}});
    EXPECT_EQ(outcome.result, verdict::retry);
    EXPECT_TRUE(outcome.reached);
    EXPECT_EQ(outcome.wait, 17s);
    EXPECT_EQ(tell_one_that({.status = 503}).wait, std::nullopt);
}

TEST_F(AlertReceivers, ThatRefuseAreNotQuoted)
{
    for (const unsigned status : {400U, 403U, 404U, 500U}) {
        const auto outcome =
            tell_one_that({.status = status, .body = "Cannot POST /services/T000/CANARY?token=CANARY"});
        EXPECT_EQ(outcome.result, status == 500 ? verdict::retry : verdict::rejected) << status;
    }
}

TEST(Receiver, FollowsItsScriptAndStaysWithItsEnd)
{
    receiver hook;
    hook.script({{.status = 503}, {.status = 404}});
    https_options options;
    options.base_url = hook.url();
    asio::io_context io(1);
    const auto client = create_https_client(options).value();
    std::vector<unsigned> statuses;
    for (int i = 0; i < 3; ++i)
        statuses.push_back(run_to_end(io, client->send(http_request{})).value().status);
    EXPECT_EQ(statuses, (std::vector<unsigned>{503, 404, 404}));
    EXPECT_TRUE(hook.wait_for(3));
    EXPECT_FALSE(hook.wait_for(4, 1ms));
}

TEST(Receiver, EndsAtOnceWhileAClientIsConnected)
{
    asio::io_context io(1);
    asio::ip::tcp::socket idle(io);
    const auto started = clock::now();
    {
        const receiver hook({.over = speaks::tls});
        idle.connect({asio::ip::make_address("127.0.0.1"), hook.port()});
    }
    EXPECT_LT(clock::now() - started, 1s);
}

}  // namespace
}  // namespace trunkwarden
