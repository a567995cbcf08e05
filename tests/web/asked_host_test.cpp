#include "web/asked_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace trunkwarden {
namespace {

using testing::HasSubstr;

http_query asking(std::string host, std::string target = "/metrics")
{
    http_query query;
    query.target = std::move(target);
    query.host = std::move(host);
    return query;
}

bool is_answered(const std::string& host, const web_settings& ours = {},
                 const std::string& target = "/metrics")
{
    return !refuse_foreign_host(asking(host, target), ours);
}

TEST(AskedHost, IsOursByAddressAndAsLocalhost)
{
    for (const std::string host : {"127.0.0.1", "127.0.0.1:10979", "10.0.0.7:80", "[::1]", "[::1]:10979",
                                   "[2001:DB8::7]:10979", "localhost", "LocalHost:10979", "localhost.", ""})
        EXPECT_TRUE(is_answered(host)) << host;
}

TEST(AskedHost, IsNotOursByANameThatAnybodyCanPointHere)
{
    for (const std::string host : {"evil.example",
                                   "evil.example:10979",
                                   "127.0.0.1.evil.example",
                                   "localhost.evil.example",
                                   "evil-localhost",
                                   "7f000001.rbndr.us:10979",
                                   "127.0.0.1.nip.io",
                                   "::1",
                                   "[::1",
                                   "[::1]x",
                                   "[::1]:x",
                                   "[127.0.0.1]",
                                   "[evil.example]",
                                   "127.1",
                                   "2130706433",
                                   "127.0.0.1:",
                                   "127.0.0.1:x",
                                   "127.0.0.1:1:2",
                                   ":10979",
                                   "me@127.0.0.1",
                                   "127.0.0.1@evil.example",
                                   "localhost/",
                                   "localhost, evil.example",
                                   "127.0.0.1 evil.example",
                                   "[fe80::1%25eth0]",
                                   ".",
                                   "localhost..",
                                   "127.0.0.1:123456"})
        EXPECT_FALSE(is_answered(host)) << host;
}

TEST(AskedHost, IsOursByTheNamesInTheSettings)
{
    web_settings ours;
    ours.listen_address = "Watch.example.net:10979";
    ours.allowed_hosts = {"monitor.example.com", "Grafana.Example.com."};
    for (const std::string host :
         {"monitor.example.com", "MONITOR.example.com:10979", "grafana.example.com",
          "watch.example.net:10979", "watch.example.net.", "monitor.example.com.:80"})
        EXPECT_TRUE(is_answered(host, ours)) << host;
    for (const std::string host : {"example.com", "x.monitor.example.com", "monitor.example.com.evil.example",
                                   "monitor.example.co", "example.net"})
        EXPECT_FALSE(is_answered(host, ours)) << host;
    ours.listen_address = ":10979";
    EXPECT_FALSE(is_answered("watch.example.net", ours));
}

TEST(AskedHost, CountsInTheTargetToo)
{
    EXPECT_TRUE(is_answered("127.0.0.1", {}, "http://127.0.0.1/metrics"));
    EXPECT_FALSE(is_answered("127.0.0.1", {}, "http://evil.example/metrics"));
    EXPECT_FALSE(is_answered("", {}, "http://evil.example"));
    EXPECT_TRUE(is_answered("127.0.0.1", {}, "/metrics?of=http://evil.example/"));
}

TEST(AskedHost, IsRefusedInASentence)
{
    const auto page = refuse_foreign_host(asking("evil.example"), {});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->status, 421U);
    EXPECT_THAT(page->body, HasSubstr("\"evil.example\""));
    EXPECT_THAT(page->body, HasSubstr("web.allowed_hosts"));
    const auto api = refuse_foreign_host(asking(std::string(4000, 'x'), "/api/v1/findings"), {});
    ASSERT_TRUE(api);
    EXPECT_EQ(api->content_type, "application/json");
    EXPECT_LT(api->body.size(), 500U);
}

http_query sent_to(std::string host, std::string method = "POST")
{
    http_query query = asking(std::move(host), "/-/reload");
    query.method = std::move(method);
    return query;
}

http_query from_page(std::string origin, std::string method = "POST", std::string host = "127.0.0.1:10979")
{
    http_query query = sent_to(std::move(host), std::move(method));
    query.origin = std::move(origin);
    return query;
}

TEST(AskedHost, RefusesWhatAPageOfSomebodyElseSends)
{
    for (const std::string origin :
         {"http://evil.example", "null", "", "https://127.0.0.1:10979.evil.example", "http://127.0.0.1",
          "http://127.0.0.1:1097", "http://127.0.0.1:10979, http://evil.example", "file://127.0.0.1:10979",
          "127.0.0.1:10979", "http://localhost:10979"})
        EXPECT_TRUE(refuse_foreign_origin(from_page(origin))) << origin;
    for (const std::string method : {"PUT", "DELETE", "PATCH", "post"})
        EXPECT_TRUE(refuse_foreign_origin(from_page("http://evil.example", method))) << method;
    const auto refused = refuse_foreign_origin(from_page("http://evil.example"));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 403U);
    EXPECT_THAT(refused->body, HasSubstr("\"http://evil.example\""));
}

TEST(AskedHost, TakesWhatOurOwnPageSendsAndWhatNoPageSent)
{
    EXPECT_FALSE(refuse_foreign_origin(from_page("http://127.0.0.1:10979")));
    EXPECT_FALSE(refuse_foreign_origin(from_page("https://127.0.0.1:10979")));
    EXPECT_FALSE(refuse_foreign_origin(from_page("http://monitor", "POST", "Monitor:80")));
    EXPECT_FALSE(refuse_foreign_origin(from_page("https://monitor", "POST", "monitor:443")));
    EXPECT_TRUE(refuse_foreign_origin(from_page("https://monitor", "POST", "monitor:80")));
    EXPECT_FALSE(refuse_foreign_origin(sent_to("127.0.0.1")));
    EXPECT_FALSE(refuse_foreign_origin(from_page("http://evil.example", "GET")));
}

}  // namespace
}  // namespace trunkwarden
