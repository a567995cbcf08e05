#include "fetch/tunnel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/version.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

const origin telnyx_api{transport::tls, "api.telnyx.com", 443, "/v2", "api.telnyx.com"};

proxy with_login(std::string named_by = "proxy_url_file")
{
    return {"proxy.example", 3128, secret("Basic CANARY"), std::move(named_by)};
}

proxy without_login(std::string named_by = "proxy_url")
{
    return {"proxy.example", 3128, {}, std::move(named_by)};
}

// "" where the tunnel is there; however the answer is cut into pieces.
std::string said_about(std::string_view answer, const proxy& through = with_login())
{
    tunnel_answer at_once;
    at_once.take(answer);
    tunnel_answer by_bytes;
    for (const char& each : answer)
        if (!by_bytes.is_over())
            by_bytes.take({&each, 1});
    const auto whole = at_once.verdict(telnyx_api, through);
    const auto pieces = by_bytes.verdict(telnyx_api, through);
    const std::string first = whole ? "" : whole.error().message;
    // Bytes that follow a good answer are not read when they come later.
    if (pieces || !whole) {
        EXPECT_EQ(first.empty() || first.find("went on") != std::string::npos, pieces.has_value()) << first;
    }
    if (!whole) {
        EXPECT_EQ(whole.error().kind, errc::unreachable);
    }
    EXPECT_THAT(first, Not(HasSubstr("CANARY")));
    return first;
}

TEST(Tunnel, IsAskedForWithTheLoginOfTheProxyOnly)
{
    EXPECT_EQ(write_connect(telnyx_api, with_login()).reveal(),
              "CONNECT api.telnyx.com:443 HTTP/1.1\r\nHost: api.telnyx.com:443\r\nUser-Agent: trunkwarden/" +
                  std::string(version) + "\r\nProxy-Authorization: Basic CANARY\r\n\r\n");
    EXPECT_THAT(std::string(write_connect(telnyx_api, without_login()).reveal()),
                Not(HasSubstr("Authorization")));
    const origin by_address{transport::tls, "2001:db8::1", 8443, "", "[2001:db8::1]:8443"};
    EXPECT_THAT(std::string(write_connect(by_address, without_login()).reveal()),
                testing::StartsWith("CONNECT [2001:db8::1]:8443 HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n"));
}

TEST(Tunnel, IsThereAfterAny2xx)
{
    EXPECT_EQ(said_about("HTTP/1.1 200 Connection established\r\n\r\n"), "");
    EXPECT_EQ(said_about("HTTP/1.0 200 OK\r\nVia: x\r\nContent-Length: 5\r\n\r\n"), "");
    EXPECT_EQ(said_about("HTTP/1.1 204\r\n\r\n"), "");
    EXPECT_EQ(said_about("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), "");
}

TEST(Tunnel, IsNotThereWhenTheProxySaysNo)
{
    EXPECT_EQ(said_about("HTTP/1.1 403 Forbidden\r\nX: y\r\n\r\nCANARY"),
              "the proxy proxy.example:3128 (proxy_url_file) does not let this host connect to "
              "api.telnyx.com:443 (403): allow it there");
    EXPECT_EQ(said_about("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
              "the proxy proxy.example:3128 (proxy_url_file) cannot reach api.telnyx.com:443 (502)");
    EXPECT_EQ(said_about("HTTP/1.1 302 Found\r\nLocation: http://CANARY\r\n\r\n"),
              "the proxy proxy.example:3128 (proxy_url_file) answered 302 where it was to connect to "
              "api.telnyx.com:443: is it an HTTP proxy?");
}

TEST(Tunnel, SaysWhatToDoAboutALogin)
{
    constexpr auto refused = "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"CANARY\"\r\n\r\n";
    EXPECT_EQ(
        said_about(refused, with_login()),
        "the proxy proxy.example:3128 (proxy_url_file) does not accept its user name and password (407): "
        "correct those in proxy_url_file");
    EXPECT_EQ(
        said_about(refused, without_login()),
        "the proxy proxy.example:3128 (proxy_url) asks for a user name and a password (407): put its URL "
        "with both into a file of mode 0640 that proxy_url_file names");
    EXPECT_THAT(said_about(refused, without_login("HTTPS_PROXY")),
                HasSubstr("in place of proxy_from_environment"));
    EXPECT_THAT(said_about("HTTP/1.1 407 Login\r\nProxy-Authenticate: Negotiate\r\nproxy-authenticate: "
                           "NTLM\r\n\r\n"),
                HasSubstr("asks for a login that is not Basic (407)"));
    EXPECT_THAT(said_about("HTTP/1.1 407 Login\r\nProxy-Authenticate: Negotiate\r\nproxy-authenticate: "
                           "bAsIc\r\n\r\n"),
                HasSubstr("does not accept"));
}

TEST(Tunnel, IsNotThereWhenTheAnswerIsNoneOrNotWhole)
{
    EXPECT_THAT(said_about(""), HasSubstr("closed the connection before it had answered"));
    EXPECT_THAT(said_about("HTTP/1.1 200 OK\r\nVia: "), HasSubstr("closed the connection"));
    EXPECT_THAT(said_about("HTTP/1.1 100 Continue\r\n\r\n"), HasSubstr("closed the connection"));
    for (const auto* other :
         {"SSH-2.0-CANARY\r\n", "\x16\x03\x01", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2OO x\r\n\r\n"})
        EXPECT_THAT(said_about(other), HasSubstr("something that is not HTTP")) << other;
    EXPECT_THAT(said_about("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x')),
                HasSubstr("something that is not HTTP"));
}

TEST(Tunnel, IsNotTakenWhenTheProxySpeaksFirst)
{
    tunnel_answer answer;
    answer.take("HTTP/1.1 200 OK\r\n\r\nCANARY");
    ASSERT_TRUE(answer.is_over());
    const auto verdict = answer.verdict(telnyx_api, with_login());
    ASSERT_FALSE(verdict);
    EXPECT_THAT(verdict.error().message, HasSubstr("continued with something of its own"));
    EXPECT_THAT(verdict.error().message, Not(HasSubstr("CANARY")));
}

}  // namespace
}  // namespace trunkwarden
