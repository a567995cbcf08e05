#include "fetch/connection_options.hpp"

#include <gtest/gtest.h>

#include "fakes/scratch_folder.hpp"

namespace trunkwarden {
namespace {

account_settings with_probe(std::string url)
{
    account_settings out;
    out.name = "production";
    out.ca_file = "/etc/trunkwarden/ca.pem";
    out.probe = two_factor_probe{std::move(url), "/on", "true"};
    out.connection.proxy_url = "http://proxy.example:3128";
    return out;
}

TEST(ProbeConnection, GoesThroughTheProxyOfTheAccount)
{
    const auto way = probe_connection(with_probe("https://idp.example:8443/mfa?token=CANARY"));
    ASSERT_TRUE(way) << way.error().message;
    EXPECT_EQ(way->base_url, "https://idp.example:8443");
    EXPECT_EQ(way->ca_file, "/etc/trunkwarden/ca.pem");
    ASSERT_TRUE(way->through);
    EXPECT_EQ(way->through->host, "proxy.example");
    EXPECT_EQ(way->through->port, 3128);
}

TEST(ProbeConnection, HasNothingThatIsForTheApiOnly)
{
    const fakes::scratch_folder folder;
    auto account = with_probe("https://idp.example/mfa");
    account.connection.tls_config = {{}, "/etc/trunkwarden/client.pem", "/etc/trunkwarden/client.key"};
    account.connection.http_headers_file = folder.write("headers.yml", "X-Gateway: CANARY\n");
    ASSERT_EQ(api_connection(account)->headers.size(), 1U);
    const auto way = probe_connection(account);
    ASSERT_TRUE(way) << way.error().message;
    EXPECT_TRUE(way->headers.empty());
    EXPECT_EQ(way->cert_file, "");
    EXPECT_EQ(way->key_file, "");
}

TEST(ProbeConnection, OnThisHostTakesNoProxy)
{
    const auto way = probe_connection(with_probe("http://127.0.0.1:8080/mfa"));
    ASSERT_TRUE(way) << way.error().message;
    EXPECT_FALSE(way->through);
}

TEST(ProbeConnection, SaysWhichFileOfAProxyCannotBeRead)
{
    auto account = with_probe("https://idp.example/mfa");
    account.connection.proxy_url.clear();
    account.connection.proxy_url_file = "/nowhere/proxy";
    const auto why = probe_connection(account).error().message;
    EXPECT_NE(why.find("/nowhere/proxy"), std::string::npos) << why;
    EXPECT_NE(why.find("two_factor_probe of account production"), std::string::npos) << why;
}

}  // namespace
}  // namespace trunkwarden
