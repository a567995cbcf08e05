#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/connect_proxy.hpp"
#include "fakes/receiver.hpp"

// The binary behind proxies.

namespace trunkwarden::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using speaks = receiver_options::speaks;

constexpr std::string_view patient = "{requests_per_second: 1000, timeout: 5s}";

std::string proxy_url_of(const connect_proxy& proxy)
{
    return fmt::format("    proxy_url: {}\n", proxy.url());
}

TEST(Proxy, LeadsToTheApiOverConnectionsThatAreKept)
{
    const connect_proxy proxy;
    const watched_account account({.poll = std::string(patient), .account_extra = proxy_url_of(proxy)});
    const auto ended = run_binary(account.command_line({"check"}));
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    const auto tunnels = proxy.requests();
    ASSERT_FALSE(tunnels.empty());
    EXPECT_LE(tunnels.size(), 8U) << "of some forty requests";
    for (const auto& each : tunnels) {
        EXPECT_EQ(each.method, "CONNECT");
        EXPECT_THAT(account.url, HasSubstr(each.target));
    }
    EXPECT_THAT(proxy.received(), Not(HasSubstr("CANARY")));
}

TEST(Proxy, ThatWantsALoginGetsItFromItsFileAndNobodyElseDoes)
{
    connect_proxy proxy;
    const watched_account account(
        {.poll = std::string(patient), .account_extra = "    proxy_url_file: proxy\n"});
    account.folder.write("proxy", fmt::format("http://user:CANARY@127.0.0.1:{}\n", proxy.port()));
    const auto ended = run_binary(account.command_line({"check", "--log.level=debug"}));
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    ASSERT_FALSE(proxy.requests().empty());
    EXPECT_EQ(proxy.requests()[0].header("Proxy-Authorization"), "Basic dXNlcjpDQU5BUlk=");

    proxy.script({.status = 407, .headers = {{"Proxy-Authenticate", "Basic realm=\"CANARY\""}}});
    const auto refused = run_binary(account.command_line({"check", "--log.level=debug"}));
    EXPECT_EQ(refused.exit_code & 4, 4) << refused.out;
    EXPECT_THAT(refused.out + refused.err, HasSubstr("does not accept its user name and password (407)"));
    EXPECT_THAT(refused.out + refused.err, HasSubstr(fmt::format("the proxy 127.0.0.1:{}", proxy.port())));
    EXPECT_THAT(ended.out + ended.err + refused.out + refused.err, Not(HasSubstr("CANARY")));
}

TEST(Proxy, OfTheEnvironmentIsNeverUsedForThisHost)
{
    const connect_proxy proxy;
    const watched_account account(
        {.poll = std::string(patient), .account_extra = "    proxy_from_environment: true\n"});
    daemon_process process(account.command_line({"check"}),
                           {"HTTPS_PROXY=" + proxy.url(), "HTTP_PROXY=" + proxy.url(), "NO_PROXY="});
    const auto ended = process.wait();
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    EXPECT_TRUE(proxy.requests().empty());
}

TEST(Proxy, OfTheEnvironmentIsAdvisedForTheHeartbeatAndNotForMails)
{
    const watched_account account(
        {.poll = std::string(patient),
         .more = "alerts:\n"
                 "  sinks:\n"
                 "    - {name: mail, type: email, smarthost: \"mail.acme.example:587\",\n"
                 "       from: watch@acme.example, to: noc@acme.example}\n"
                 "  heartbeat: {url_file: beat_url}\n"});
    account.folder.write("beat_url", "https://beats.acme.example/CANARY\n");
    daemon_process process(account.command_line({"doctor", "--output=json"}),
                           {"HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY="});
    const auto ended = process.wait();
    EXPECT_THAT(ended.out,
                AllOf(HasSubstr("proxy heartbeat"),
                      HasSubstr("set proxy_from_environment: true for alerts.heartbeat,"),
                      HasSubstr("sink mail"), Not(HasSubstr("proxy mail")), Not(HasSubstr("CANARY"))));
}

TEST(Proxy, OfTheEnvironmentThatIsNotUsedIsSaidOnceByADaemonAndByThoseWhoLookBeforeIt)
{
    using words = std::vector<std::string>;
    const auto warnings = [](std::string_view keys, const words& command, std::string_view no_proxy = {}) {
        const watched_account account(
            {.poll = std::string(quick),
             .more = fmt::format(
                 "alerts: {{sinks: [{{name: soc, type: webhook, url: "
                 "\"https://hooks.acme.example/CANARY\"{0}}},\n"
                 "  {{name: noc, type: webhook, url: \"https://noc.acme.example/CANARY\"{0}}}]}}\n",
                 keys)});
        daemon_process daemon(account.command_line(command), {"HTTPS_PROXY=http://user:CANARY@127.0.0.1:1",
                                                              fmt::format("NO_PROXY={}", no_proxy)});
        const auto ended = daemon.wait();
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY")));
        return count(ended.err, "the environment has HTTPS_PROXY, which is not used");
    };
    for (const auto& command : {words{"run", "--sweeps=2"}, words{"config", "check"}, words{"check"}}) {
        EXPECT_EQ(warnings("", command), 1U) << command.front();
        EXPECT_EQ(warnings(", proxy_from_environment: true", command), 0U) << command.front();
        EXPECT_EQ(warnings("", command, ".acme.example"), 0U) << command.front();
    }
}

TEST(Proxy, ThatRefusesIsNamedByDoctor)
{
    connect_proxy proxy;
    const watched_account account({.poll = std::string(patient), .account_extra = proxy_url_of(proxy)});
    proxy.script({.status = 407});
    EXPECT_THAT(
        run_binary(account.command_line({"doctor"})).out,
        HasSubstr(fmt::format("fail  api production: the proxy 127.0.0.1:{} (proxy_url) asks for a user name "
                              "and a password (407)",
                              proxy.port())));
}

// An account that `init` sets up, where only a proxy leads out.
class FirstRunBehindAProxy : public testing::Test {
protected:
    outcome init(std::vector<std::string> more, std::vector<std::string> environment = {}) const
    {
        std::vector<std::string> words{"init", "--yes", "--config.file=" + place,
                                       "--ca-file=" + account.ca_file,
                                       "--api-key-file=" + account.folder.file("key")};
        words.insert(words.end(), more.begin(), more.end());
        daemon_process process(std::move(words), std::move(environment));
        auto ended = process.wait();
        EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY")));
        return ended;
    }
    // The API by a name that nobody can look up.
    std::string named_url() const
    {
        auto url = account.url;
        return url.replace(url.find("127.0.0.1"), std::strlen("127.0.0.1"), "api.acme.example");
    }

    connect_proxy proxy;
    watched_account account{{.poll = std::string(patient)}};
    std::string place = account.folder.file("new/trunkwarden.yml");
};

TEST_F(FirstRunBehindAProxy, ReadsTheAccountThroughItAndWritesItIntoTheSettings)
{
    const auto ended = init({"--api-url=" + account.url, "--proxy-url=" + proxy.url()});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    const auto asked = proxy.requests().size();
    ASSERT_GT(asked, 0U);
    EXPECT_EQ(proxy.requests()[0].method, "CONNECT");
    const auto checked = run_binary({"check", "--config.file=" + place});
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
    EXPECT_GT(proxy.requests().size(), asked);
}

TEST_F(FirstRunBehindAProxy, GivesTheProxyItsPasswordAndWritesTheNameOfTheFile)
{
    account.folder.write("proxy", fmt::format("http://user:CANARY@127.0.0.1:{}\n", proxy.port()));
    const auto file = "--proxy-url-file=" + account.folder.file("proxy");
    const auto ended = init({"--api-url=" + account.url, file});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    ASSERT_FALSE(proxy.requests().empty());
    EXPECT_EQ(proxy.requests()[0].header("Proxy-Authorization"), "Basic dXNlcjpDQU5BUlk=");
    EXPECT_THAT(text_of_file(place), AllOf(HasSubstr("proxy_url_file: " + account.folder.file("proxy")),
                                           Not(HasSubstr("CANARY"))));

    std::filesystem::remove_all(account.folder.file("new"));
    proxy.script({.status = 407});
    const auto refused = init({"--api-url=" + account.url, file});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("does not accept its user name and password (407)"),
                                   HasSubstr("nothing was written")));
    EXPECT_FALSE(std::filesystem::exists(place));
}

TEST_F(FirstRunBehindAProxy, OfTheEnvironmentUsesItWhenItIsToldTo)
{
    const std::vector<std::string> environment{"HTTPS_PROXY=" + proxy.url(), "NO_PROXY="};
    const auto unused = init({"--api-url=" + named_url()}, environment);
    EXPECT_EQ(unused.exit_code, 1);
    EXPECT_THAT(unused.err, AllOf(HasSubstr("The environment has HTTPS_PROXY, which is not used"),
                                  HasSubstr("--proxy-from-environment")));
    EXPECT_TRUE(proxy.requests().empty());
    // The certificate is for another name: that it came at all shows the way.
    const auto used = init({"--api-url=" + named_url(), "--proxy-from-environment"}, environment);
    EXPECT_EQ(used.exit_code, 1);
    EXPECT_THAT(used.err, AllOf(HasSubstr("through the proxy"), HasSubstr("cannot be trusted")));
    ASSERT_FALSE(proxy.requests().empty());
    EXPECT_THAT(proxy.requests()[0].target, HasSubstr("api.acme.example:"));
}

TEST(TwoFactorProbe, IsAskedThroughTheProxyOfItsAccount)
{
    const connect_proxy proxy;
    receiver idp({.over = speaks::tls, .certificate_for = "DNS:idp.acme.example"});
    idp.script({{.body = R"({"on": true})"}});
    const watched_account account(
        {.poll = std::string(quick),
         .account_extra =
             fmt::format("{}    two_factor_probe: {{url: \"https://idp.acme.example:{}/mfa\", "
                         "pointer: /on, expected: \"true\"}}\n    http_headers_file: headers.yml\n",
                         proxy_url_of(proxy), idp.port()),
         .listen = "127.0.0.1:0"});
    account.folder.write("ca.pem", text_of_file(account.ca_file) + idp.authority());
    account.folder.write("headers.yml", "X-Gateway: CANARY-header\n");
    daemon_process daemon(account.command_line({"run"}));
    port_of(daemon);
    ASSERT_TRUE(idp.wait_for(1));
    EXPECT_EQ(idp.requests()[0].method, "GET");
    EXPECT_EQ(idp.requests()[0].target, "/mfa");
    EXPECT_EQ(idp.requests()[0].header("X-Gateway"), "") << "that is for the API only";
    EXPECT_THAT(
        run_binary(account.command_line({"doctor"})).out,
        HasSubstr(fmt::format("proxy production probe: through the proxy 127.0.0.1:{}", proxy.port())));
    daemon.signal(SIGTERM);
    daemon.wait();
}

// A sink with a name that nobody can look up: messages reach it through the proxy only.
class SinkBehindAProxy : public testing::Test {
protected:
    std::string settings(std::string_view keys) const
    {
        folder.write("ca.pem", hook.authority());
        return folder.write(
            "trunkwarden.yml",
            fmt::format("accounts:\n"
                        "  - {{name: production, api_key_file: key, baseline_file: baseline.yml,\n"
                        "     api_url: \"https://api.acme.example/v2\"}}\n"
                        "alerts:\n  sinks:\n    - {{name: soc, type: webhook, url: "
                        "\"https://hooks.acme.example:{}/hook\", tls_config: {{ca_file: "
                        "ca.pem}}{}}}\n",
                        hook.port(), keys));
    }

    outcome tell(std::string_view keys, std::vector<std::string> environment = {})
    {
        daemon_process process({"alerts", "test", "--config.file=" + settings(keys)}, std::move(environment));
        auto ended = process.wait();
        EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY")));
        return ended;
    }

    scratch_folder folder;
    connect_proxy proxy;
    receiver hook{{.over = speaks::tls, .certificate_for = "DNS:hooks.acme.example"}};
};

TEST_F(SinkBehindAProxy, IsReachedThroughTheOneOfTheEnvironment)
{
    for (const std::string name : {"HTTPS_PROXY", "https_proxy"}) {
        const auto ended = tell(", proxy_from_environment: true",
                                {fmt::format("{}=http://user:CANARY@127.0.0.1:{}", name, proxy.port())});
        EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    }
    EXPECT_EQ(hook.requests().size(), 2U);
    ASSERT_EQ(proxy.requests().size(), 2U);
    EXPECT_EQ(proxy.requests()[0].target, fmt::format("hooks.acme.example:{}", hook.port()));
    EXPECT_EQ(proxy.requests()[0].header("Proxy-Authorization"), "Basic dXNlcjpDQU5BUlk=");
}

TEST_F(SinkBehindAProxy, IsNotSentThroughAProxyThatTheSettingsDoNotName)
{
    EXPECT_EQ(tell("", {"HTTPS_PROXY=" + proxy.url()}).exit_code, 1);
    EXPECT_EQ(tell(", proxy_from_environment: true",
                   {"HTTPS_PROXY=" + proxy.url(), "NO_PROXY=other.example,.acme.example"})
                  .exit_code,
              1);
    EXPECT_TRUE(proxy.requests().empty());
    EXPECT_TRUE(hook.requests().empty());
}

TEST_F(SinkBehindAProxy, IsTriedAgainWhenTheProxyRefuses)
{
    proxy.script({.status = 407});
    const auto ended = tell(fmt::format(", proxy_url: \"{}\"", proxy.url()));
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.out, HasSubstr("no answer: the proxy 127.0.0.1:"));
    EXPECT_THAT(ended.out, HasSubstr("asks for a user name and a password (407)"));
}

TEST_F(SinkBehindAProxy, OfTheEnvironmentThatCannotBeUsedIsAnError)
{
    const auto ended = tell(", proxy_from_environment: true", {"HTTPS_PROXY=socks5://user:CANARY@127.0.0.1"});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.out, HasSubstr("sink soc: in the environment, HTTPS_PROXY must begin with http://"));
}

TEST_F(SinkBehindAProxy, IsNamedByDoctor)
{
    const auto doctor = [this](std::string_view keys, std::vector<std::string> environment) {
        folder.write("key", "KEY_CANARY_0123456789");
        folder.write("baseline.yml", "version: 1\n");
        daemon_process process({"doctor", "--output=json", "--config.file=" + settings(keys)},
                               std::move(environment));
        auto ended = process.wait();
        EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY")));
        return ended.out;
    };
    const auto in_environment = fmt::format("HTTPS_PROXY=http://user:CANARY@127.0.0.1:{}", proxy.port());
    const auto used = fmt::format("through the proxy 127.0.0.1:{} ", proxy.port());
    EXPECT_THAT(doctor(fmt::format(", proxy_url: \"{}\"", proxy.url()), {in_environment}),
                AllOf(HasSubstr("proxy soc"), HasSubstr(used + "(proxy_url)"), HasSubstr("proxy production"),
                      HasSubstr("the environment has HTTPS_PROXY, which is not used")));
    EXPECT_THAT(doctor(", proxy_from_environment: true", {in_environment}),
                AllOf(HasSubstr(used + "(HTTPS_PROXY), as the environment of this command has it"),
                      HasSubstr(fmt::format("127.0.0.1:{} takes connections", proxy.port()))));
    EXPECT_THAT(doctor("", {"HTTPS_PROXY=", "NO_PROXY="}), Not(HasSubstr("HTTPS_PROXY")));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
