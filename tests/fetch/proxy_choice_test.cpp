#include "fetch/proxy_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scratch_folder.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

const origin telnyx{transport::tls, "api.telnyx.com", 443, "/v2", "api.telnyx.com"};
const origin alertmanager{transport::plain, "am.acme.example", 9093, "", "am.acme.example:9093"};

proxy_environment with(std::string https, std::string http = {}, std::string none = {})
{
    return {
        {"HTTPS_PROXY", secret(std::move(https))}, {"http_proxy", secret(std::move(http))}, std::move(none)};
}

std::string words(const result<std::optional<proxy>>& chosen)
{
    if (!chosen)
        return "failed: " + chosen.error().message;
    return *chosen ? words_for(**chosen) : "direct";
}

TEST(Proxy, IsReadWithHostPortAndLogin)
{
    const auto plain = parse_proxy("http://Proxy.Example", "proxy_url").value();
    EXPECT_EQ(plain.host, "proxy.example");
    EXPECT_EQ(plain.port, 80);
    EXPECT_TRUE(plain.authorization.empty());
    EXPECT_EQ(words_for(plain), "the proxy proxy.example:80 (proxy_url)");

    const auto known = parse_proxy("http://user:p%40ss%20word@[2001:db8::1]:3128/", "HTTPS_PROXY").value();
    EXPECT_EQ(known.host, "2001:db8::1");
    EXPECT_EQ(known.authorization.reveal(), "Basic dXNlcjpwQHNzIHdvcmQ=");  // user:p@ss word
    EXPECT_EQ(words_for(known), "the proxy [2001:db8::1]:3128 (HTTPS_PROXY)");

    EXPECT_EQ(parse_proxy("http://user@proxy.example", "x").value().authorization.reveal(), "Basic dXNlcjo=");
}

TEST(Proxy, ThatCannotBeUsedIsToldWithoutItsUrl)
{
    for (const auto* url :
         {"https://user:CANARY@proxy.example", "socks5://user:CANARY@proxy.example", "CANARY", "http://",
          "http://user:CANARY@", "http://user:CANARY@proxy.example:0",
          "http://user:CANARY@proxy.example:99999", "http://user:CANARY@proxy.example/path",
          "http://user:CANARY@proxy.example?x", "http://us er:CANARY@p", "http://user:CAN/ARY@proxy.example",
          "http://user:CAN@ARY@proxy.example", "://"}) {
        const auto read = parse_proxy(url, "HTTPS_PROXY");
        ASSERT_FALSE(read) << url;
        EXPECT_EQ(read.error().kind, errc::bad_usage);
        EXPECT_THAT(read.error().message, testing::StartsWith("HTTPS_PROXY "));
        EXPECT_THAT(read.error().message, Not(HasSubstr("CAN")));
        EXPECT_THAT(read.error().message, Not(HasSubstr("ARY")));
    }
}

TEST(ProxyChoice, TakesTheVariableOfTheScheme)
{
    const auto both = with("http://secure.example:1", "plain.example:2");
    EXPECT_EQ(words(proxy_in(both, telnyx)), "the proxy secure.example:1 (HTTPS_PROXY)");
    EXPECT_EQ(words(proxy_in(both, alertmanager)), "the proxy plain.example:2 (http_proxy)");
    EXPECT_EQ(words(proxy_in(with("", "plain.example"), telnyx)), "direct");
    EXPECT_EQ(words(proxy_in(with("secure.example"), alertmanager)), "direct");
}

TEST(ProxyChoice, LeavesOutWhatNoProxyListsAndThisHost)
{
    EXPECT_EQ(words(proxy_in(with("p.example", "", "telnyx.com"), telnyx)), "direct");
    EXPECT_EQ(words(proxy_in(with("p.example", "", "telnyx.example"), telnyx)),
              "the proxy p.example:80 (HTTPS_PROXY)");
    auto here = telnyx;
    for (const auto* host : {"127.0.0.1", "localhost", "::1"}) {
        here.host = host;
        EXPECT_EQ(words(proxy_in(with("p.example"), here)), "direct") << host;
    }
}

TEST(ProxyChoice, AsksTheEnvironmentOnlyWhereTheSettingsSayIt)
{
    connection_settings settings;
    EXPECT_EQ(words(choose_proxy(settings, telnyx, with("p.example"), "account a")), "direct");
    settings.proxy_from_environment = true;
    EXPECT_EQ(words(choose_proxy(settings, telnyx, with("p.example"), "account a")),
              "the proxy p.example:80 (HTTPS_PROXY)");
    EXPECT_EQ(
        words(choose_proxy(settings, telnyx, with("https://user:CANARY@p.example"), "account a")),
        "failed: account a: in the environment, HTTPS_PROXY must begin with http://: the proxy learns where to connect to, "
        "and everything that goes through it is TLS up to the other end; a proxy that is itself reached over TLS or "
        "SOCKS is not supported");
}

TEST(ProxyChoice, TakesTheProxyOfTheSettingsForThisHostToo)
{
    connection_settings settings;
    settings.proxy_url = "http://p.example:3128";
    auto here = telnyx;
    here.host = "127.0.0.1";
    EXPECT_EQ(words(choose_proxy(settings, here, with("", "", "*"), "account a")),
              "the proxy p.example:3128 (proxy_url)");
}

TEST(ProxyChoice, ReadsTheLoginFromAFile)
{
    const fakes::scratch_folder folder;
    connection_settings settings;
    settings.proxy_url_file = folder.write("proxy", "http://user:CANARY@p.example:3128\n");
    const auto chosen = choose_proxy(settings, telnyx, {}, "account a");
    EXPECT_EQ(words(chosen), "the proxy p.example:3128 (proxy_url_file)");
    EXPECT_FALSE((*chosen)->authorization.empty());

    settings.proxy_url_file = folder.write("proxy", "https://user:CANARY@p.example:3128\n");
    EXPECT_THAT(
        words(choose_proxy(settings, telnyx, {}, "account a")),
        testing::AllOf(HasSubstr(folder.file("proxy")), HasSubstr("account a"), Not(HasSubstr("CANARY"))));
    settings.proxy_url_file = folder.file("nowhere");
    EXPECT_THAT(words(choose_proxy(settings, telnyx, {}, "account a")),
                testing::AllOf(HasSubstr(folder.file("nowhere")), HasSubstr("account a")));
}

}  // namespace
}  // namespace trunkwarden
