#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>

#include "alerts/alert_sink.hpp"
#include "catalogue/catalogue.hpp"
#include "end_to_end/loopback_api_client.hpp"
#include "fakes/connect_proxy.hpp"
#include "fakes/receiver.hpp"
#include "fakes/run.hpp"
#include "fakes/scratch_folder.hpp"
#include "fetch/https_client.hpp"

// The client behind a proxy, over real sockets: the bytes that the proxy sees, the answers of the other end,
// and every way in which a proxy can get it wrong.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using proxy_manner = proxy_script::manner;
using speaks = receiver_options::speaks;
using clock = std::chrono::steady_clock;

constexpr auto patience_of_a_proxy_test = 1s;

// A receiver that asks for TLS, known by a name that nobody can look up, and a proxy that leads to it.
class BehindAProxy : public testing::Test {
protected:
    BehindAProxy()
    {
        options.base_url = "https://hooks.acme.example:" + std::to_string(hook.port());
        options.plain = plain_http::to_any_host;
        options.ca_file = folder.write("ca.pem", hook.authority());
        options.timeout = patience_of_a_proxy_test;
        options.through = parse_proxy(way.url(), "proxy_url").value();
    }

    void log_in(std::string_view user_and_password = "user:CANARY-proxy")
    {
        const auto url =
            "http://" + std::string(user_and_password) + "@127.0.0.1:" + std::to_string(way.port());
        options.through = parse_proxy(url, "proxy_url_file").value();
    }

    result<http_answer> send()
    {
        http_request request;
        request.method = "POST";
        request.target = "/CANARY-path";
        request.body = "CANARY-body";
        request.authorization = secret("Bearer CANARY-token");
        if (!client_)
            client_ = create_https_client(options).value();
        return run_to_end(io, client_->send(std::move(request)));
    }

    std::string failure_of_sending()
    {
        const auto started = clock::now();
        const auto answer = send();
        EXPECT_LT(clock::now() - started, patience_of_a_proxy_test + 1s);
        if (answer)
            return "answered " + std::to_string(answer->status);
        EXPECT_TRUE(answer.error().kind == errc::unreachable || answer.error().kind == errc::timed_out ||
                    answer.error().kind == errc::untrusted)
            << answer.error().message;
        EXPECT_FALSE(judge_answer(answer, std::chrono::system_clock::now()).reached)
            << answer.error().message;
        EXPECT_THAT(answer.error().message, Not(HasSubstr("CANARY")));
        return answer.error().message;
    }

    receiver hook{{.over = speaks::tls, .certificate_for = "DNS:hooks.acme.example"}};
    connect_proxy way;
    fakes::scratch_folder folder;
    https_options options;
    asio::io_context io{1};

private:
    std::unique_ptr<https_client> client_;
};

TEST_F(BehindAProxy, TheOriginGetsTheWholeRequestAndTheProxyNothingOfIt)
{
    log_in();
    const auto answer = send();
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(hook.requests().size(), 1U);
    EXPECT_EQ(hook.requests()[0].target, "/CANARY-path");
    EXPECT_EQ(hook.requests()[0].header("Authorization"), "Bearer CANARY-token");
    EXPECT_EQ(hook.requests()[0].header("Proxy-Authorization"), "");

    ASSERT_EQ(way.requests().size(), 1U);
    EXPECT_EQ(way.requests()[0].method, "CONNECT");
    EXPECT_EQ(way.requests()[0].target, "hooks.acme.example:" + std::to_string(hook.port()));
    EXPECT_EQ(way.requests()[0].header("Host"), way.requests()[0].target);
    EXPECT_EQ(way.requests()[0].header("Proxy-Authorization"), "Basic dXNlcjpDQU5BUlktcHJveHk=");
    EXPECT_EQ(way.requests()[0].header("Authorization"), "");
    EXPECT_THAT(way.received(), Not(HasSubstr("CANARY")));
}

TEST_F(BehindAProxy, TheCertificateMustBeThatOfTheOrigin)
{
    options.base_url = "https://other.acme.example:" + std::to_string(hook.port());
    EXPECT_THAT(failure_of_sending(),
                AllOf(StartsWith("the certificate of other.acme.example:"), HasSubstr("another host"),
                      HasSubstr("through the proxy 127.0.0.1:")));
    EXPECT_TRUE(hook.requests().empty());
}

TEST_F(BehindAProxy, AnAuthorityThatIsNotTrustedReadsNothing)
{
    options.ca_file.clear();
    EXPECT_THAT(failure_of_sending(), AllOf(HasSubstr("cannot be trusted"), HasSubstr("through the proxy")));
    EXPECT_TRUE(hook.requests().empty());
}

TEST_F(BehindAProxy, AMissingProxyIsToldByItsNameAndNobodyIsReachedPastIt)
{
    options.base_url = "https://127.0.0.1:" + std::to_string(hook.port());
    options.through = parse_proxy("http://user:CANARY@127.0.0.1:1", "proxy_url_file").value();
    EXPECT_THAT(failure_of_sending(),
                StartsWith("connecting to the proxy 127.0.0.1:1 (proxy_url_file) failed: "));
    EXPECT_TRUE(hook.requests().empty());
}

TEST_F(BehindAProxy, ALoginIsAskedForInWords)
{
    way.script({.status = 407, .headers = {{"Proxy-Authenticate", "Basic realm=\"CANARY\""}}});
    EXPECT_THAT(failure_of_sending(), AllOf(StartsWith("the proxy 127.0.0.1:"),
                                            HasSubstr("asks for a user name and a password (407)")));
}

TEST_F(BehindAProxy, ALoginThatIsNotAcceptedIsNotRepeated)
{
    log_in();
    way.script({.status = 407, .headers = {{"Proxy-Authenticate", "Basic realm=\"CANARY\""}}});
    EXPECT_THAT(failure_of_sending(), HasSubstr("does not accept its user name and password (407)"));
}

struct wrong_proxy {
    proxy_manner manner;
    std::string_view said;
};

void PrintTo(const wrong_proxy& proxy, std::ostream* out)
{
    *out << proxy.said;
}

class BehindAWrongProxy : public BehindAProxy, public testing::WithParamInterface<wrong_proxy> {};

TEST_P(BehindAWrongProxy, NothingIsSentAndTheProxyIsNamed)
{
    log_in();
    way.script({.mode = GetParam().manner});
    EXPECT_THAT(failure_of_sending(), AllOf(HasSubstr(GetParam().said), HasSubstr("the proxy 127.0.0.1:")));
    EXPECT_TRUE(hook.requests().empty());
    EXPECT_THAT(way.received(), Not(HasSubstr("CANARY")));
}

INSTANTIATE_TEST_SUITE_P(
    Manners, BehindAWrongProxy,
    testing::Values(
        wrong_proxy{proxy_manner::hang, "within 1 s, waiting for the proxy to connect"},
        wrong_proxy{proxy_manner::close_before_answer, "closed the connection before it had answered"},
        wrong_proxy{proxy_manner::close_in_answer, "closed the connection before it had answered"},
        wrong_proxy{proxy_manner::nonsense, "something that is not HTTP"},
        wrong_proxy{proxy_manner::nonsense_with_the_200, "continued with something of its own"},
        wrong_proxy{proxy_manner::connect_then_nonsense, "the TLS handshake with hooks.acme.example"},
        wrong_proxy{proxy_manner::connect_then_close, "the TLS handshake with hooks.acme.example"}));

TEST_F(BehindAProxy, PlainHttpAsksTheProxyForTheWholeUrl)
{
    const receiver plain;
    options.base_url = "http://am.acme.example:" + std::to_string(plain.port());
    log_in();
    const auto answer = send();
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(way.requests().size(), 1U);
    EXPECT_EQ(way.requests()[0].target, options.base_url + "/CANARY-path");
    EXPECT_EQ(way.requests()[0].header("Host"), options.base_url.substr(7));
    EXPECT_EQ(way.requests()[0].header("Proxy-Authorization"), "Basic dXNlcjpDQU5BUlktcHJveHk=");
    ASSERT_EQ(plain.requests().size(), 1U);
    EXPECT_EQ(plain.requests()[0].body, "CANARY-body");

    way.script({.status = 407});
    EXPECT_THAT(failure_of_sending(), HasSubstr("does not accept its user name and password (407)"));
}

TEST_F(BehindAProxy, APlainConnectionThatCarriesAKeyIsRefused)
{
    options.base_url = "http://127.0.0.1";
    options.plain = plain_http::to_loopback;
    EXPECT_EQ(create_https_client(options).error().message,
              "plain http:// to 127.0.0.1 goes through no proxy");
}

TEST(AClientCertificate, IsShownToAReceiverThatAsks)
{
    const receiver hook({.over = speaks::tls, .asks_for_certificate = true});
    const receiver another({.over = speaks::tls});
    const fakes::scratch_folder folder;
    https_options options;
    options.base_url = hook.url();
    options.timeout = patience_of_a_proxy_test;
    options.ca_file = folder.write("ca.pem", hook.authority());
    const auto status = [&options] {
        asio::io_context io(1);
        const auto client = create_https_client(options);
        if (!client)
            return client.error().message;
        const auto answer = run_to_end(io, (*client)->send({}));
        return answer ? std::to_string(answer->status) : "failed";
    };
    EXPECT_EQ(status(), "failed");
    options.cert_file = folder.write("client.pem", another.certificate());
    options.key_file = folder.write("client.key", another.key());
    EXPECT_EQ(status(), "failed");
    EXPECT_TRUE(hook.requests().empty());
    options.cert_file = folder.write("own.pem", hook.certificate());
    EXPECT_EQ(status(), "key_file " + options.key_file.string() + " is not the key of the certificate in " +
                            options.cert_file.string());
    options.key_file = folder.write("own.key", hook.key());
    EXPECT_EQ(status(), "200");

    options.key_file = folder.write("no.key", "CANARY");
    EXPECT_THAT(status(), AllOf(HasSubstr(options.key_file.string()), Not(HasSubstr("CANARY"))));
    options.cert_file = folder.write("no.pem", "CANARY");
    EXPECT_THAT(status(), AllOf(HasSubstr(options.cert_file.string()), Not(HasSubstr("CANARY"))));
}

// The API, as far as it looks at headers.
class HeadersOfTheApi : public testing::Test {
protected:
    HeadersOfTheApi()
    {
        access.base_url = api.url() + "/v2";
        access.account = "production";
        access.key = secret("KEY_CANARY");
        access.writes = allowed_writes(catalogue);
    }

    receiver api;
    api_access access;
    recorded told;
    asio::io_context io{1};
};

TEST_F(HeadersOfTheApi, NameTheManagedAccountInEveryRequest)
{
    access.managed_account_id = "4711-abc";
    const auto client = create_https_api_client(access, told).value();
    EXPECT_TRUE(run_to_end(io, client->get("/ips", urgency::money)));
    api_write write{"PATCH", "/credential_connections/1", R"({"active":false})"};
    EXPECT_TRUE(run_to_end(io, client->send(std::move(write), {})));
    ASSERT_EQ(api.requests().size(), 2U);
    for (const auto& each : api.requests())
        EXPECT_EQ(each.header("X-Managed-Account-Id"), "4711-abc") << each.method;
}

TEST_F(HeadersOfTheApi, NameNoManagedAccountWhereNoneIsSet)
{
    const auto client = create_https_api_client(access, told).value();
    EXPECT_TRUE(run_to_end(io, client->get("/ips", urgency::money)));
    ASSERT_EQ(api.requests().size(), 1U);
    const auto asked = api.requests()[0];
    for (const auto& [name, value] : asked.headers)
        EXPECT_NE(name, "X-Managed-Account-Id");
}

TEST_F(HeadersOfTheApi, ComeFromTheFileAndAreNotRepeatedFromAnAnswer)
{
    const fakes::scratch_folder folder;
    access.connection.http_headers_file =
        folder.write("headers.yml", "X-Gateway: gatekeeper\nX-Tenant: voice\n");
    api.script({{.status = 403, .body = R"({"errors": [{"code": "1", "title": "gatekeeper, no voice"}]})"}});
    const auto client = create_https_api_client(access, told).value();
    const auto refused = run_to_end(io, client->get("/ips", urgency::money));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "GET /ips: 403 Forbidden (1 (secret), no voice)");
    ASSERT_FALSE(api.requests().empty());
    EXPECT_EQ(api.requests()[0].header("X-Gateway"), "gatekeeper");
    EXPECT_EQ(api.requests()[0].header("X-Tenant"), "voice");
}

}  // namespace
}  // namespace trunkwarden
