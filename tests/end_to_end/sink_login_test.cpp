#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/connect_proxy.hpp"
#include "fakes/receiver.hpp"

// Sinks that ask for a login, a token or headers.

namespace trunkwarden::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using speaks = receiver_options::speaks;

// A receiver with an authority of its own that asks for a login.
TEST(SinkBehindADoor, GetsEachLoginOverTls)
{
    const scratch_folder folder;
    folder.write("password", "CANARY\n");
    folder.write("token", "CANARY\n");
    for (const std::string type : {"alertmanager", "webhook"})
        for (const auto& [keys, header] :
             {std::pair("basic_auth: {username: soc, password_file: password}", "Basic c29jOkNBTkFSWQ=="),
              std::pair("authorization: {credentials_file: token}", "Bearer CANARY"),
              std::pair("authorization: {type: Splunk, credentials_file: token}", "Splunk CANARY")}) {
            const receiver door({.over = speaks::tls});
            folder.write("door.pem", door.authority());
            const auto tell = [&folder, &type, &door, login = std::string(keys)](std::string_view tls) {
                const auto settings = fmt::format(
                    "accounts:\n"
                    "  - {{name: production, api_key_file: key, baseline_file: baseline.yml}}\n"
                    "alerts: {{sinks: [{{name: soc, type: {}, url: \"{}\", {}{}}}]}}\n",
                    type, door.url(), login, tls);
                return run_binary(
                    {"alerts", "test", "--config.file=" + folder.write("trunkwarden.yml", settings)});
            };
            EXPECT_EQ(tell("").exit_code, 1);
            EXPECT_TRUE(door.requests().empty()) << "nobody vouches for it: it gets no login";
            const auto ended = tell(", tls_config: {ca_file: door.pem}");
            EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
            EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY")));
            ASSERT_FALSE(door.requests().empty()) << type;
            EXPECT_EQ(door.requests()[0].header("Authorization"), header) << type;
        }
}

// Everything secret about the way to two sinks and the API, and a daemon that has reasons to complain.
class SecretsOfConnections : public testing::Test {
protected:
    SecretsOfConnections()
    {
        soc.script({{.status = 401, .body = "CANARY"}});
        account.folder.write("proxy", fmt::format("http://user:CANARY-proxy@127.0.0.1:{}\n", proxy.port()));
        account.folder.write("password", "CANARY-password\n");
        account.folder.write("token", "CANARY-token\n");
        account.folder.write("headers.yml", "X-Gateway: CANARY-header\n");
    }

    std::string sinks() const
    {
        return fmt::format(
            "alerts:\n"
            "  sinks:\n"
            "    - {{name: soc, type: webhook, url: \"{}/hook\", http_headers_file: headers.yml,\n"
            "       basic_auth: {{username: soc, password_file: password}}, proxy_url_file: proxy}}\n"
            "    - {{name: am, type: alertmanager, url: \"{}\", authorization: {{credentials_file: token}},\n"
            "       resend_interval: 1s}}\n",
            soc.url(), am.url());
    }

    connect_proxy proxy;
    receiver soc;
    receiver am;
    watched_account account{
        {.poll = std::string(quick),
         .account_extra = "    proxy_url_file: proxy\n    http_headers_file: headers.yml\n",
         .listen = "127.0.0.1:0"}};
};

TEST_F(SecretsOfConnections, ReachWhoMustHaveThemAndNobodyElse)
{
    account.more(sinks());
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("sweep ended"), "");
    account.attack("add_ip");
    ASSERT_TRUE(soc.wait_for(1) && am.wait_for(1));
    EXPECT_EQ(soc.requests()[0].header("Authorization"), "Basic c29jOkNBTkFSWS1wYXNzd29yZA==");
    EXPECT_EQ(soc.requests()[0].header("X-Gateway"), "CANARY-header");
    EXPECT_EQ(am.requests()[0].header("Authorization"), "Bearer CANARY-token");
    EXPECT_EQ(am.requests()[0].header("Proxy-Authorization"), "");
    ASSERT_NE(daemon.line_with("sink=soc"), "") << "a 401 is told";
    proxy.script({.status = 407});
    account.attack("add_credential_connection");
    ASSERT_NE(daemon.line_with("(407)"), "");

    // Files are read again when they change.
    account.folder.write("token", "CANARY-second\n");
    ASSERT_NE(daemon.line_with("reloaded"), "");
    const auto before = am.requests().size();
    ASSERT_TRUE(am.wait_for(before + 2));
    EXPECT_EQ(am.requests().back().header("Authorization"), "Bearer CANARY-second");

    for (const std::string_view path : {"/", "/metrics", "/-/ready", "/api/v1/status", "/api/v1/findings"})
        EXPECT_THAT(http_get(port, path).body, Not(HasSubstr(canary))) << path;
    daemon.signal(SIGTERM);
    const auto ended = daemon.wait();
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr(canary)));
    for (const auto* encoded : {"dXNlcjpDQU5BUlktcHJveHk", "c29jOkNBTkFSWS1wYXNzd29yZA"})
        EXPECT_THAT(ended.out + ended.err, Not(HasSubstr(encoded)));
    for (const auto* file : {"state.db", "state.db-wal"})
        EXPECT_THAT(text_of_file(account.folder.file(file)), Not(HasSubstr(canary))) << file;
}

TEST_F(SecretsOfConnections, AreToldByTheirFilesWhenTheyCannotBeUsed)
{
    account.more(sinks());
    account.folder.write("headers.yml", "X-Gateway: \"CANARY\\nX-Other: CANARY\"\n");
    account.folder.write("token", "CANARY\nCANARY\n");
    account.folder.write("proxy", "ftp://user:CANARY@127.0.0.1\n");
    const auto ended = run_binary(account.command_line({"config", "check"}));
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err,
                AllOf(HasSubstr(account.folder.file("headers.yml") + ":1:12: the value of X-Gateway"),
                      HasSubstr("the credentials of sink am in " + account.folder.file("token")),
                      Not(HasSubstr(canary))));
    account.folder.write("headers.yml", "X-Gateway: CANARY\n");
    for (const auto* line : {"Bearer CANARY\n", "'CANARY'\n", "TOKEN=CANARY\n"}) {
        account.folder.write("token", line);
        const auto token = run_binary(account.command_line({"config", "check"}));
        EXPECT_EQ(token.exit_code, 1) << line;
        EXPECT_THAT(token.err, AllOf(HasSubstr("the credentials of sink am in " +
                                               account.folder.file("token") + ": the text "),
                                     Not(HasSubstr(canary))))
            << line;
    }
    account.folder.write("token", "CANARY\n");
    const auto sink = run_binary(account.command_line({"config", "check"}));
    EXPECT_THAT(sink.err, AllOf(HasSubstr("sink soc: the URL in " + account.folder.file("proxy")),
                                Not(HasSubstr(canary))));
    account.more("");
    const auto api = run_binary(account.command_line({"config", "check"}));
    EXPECT_THAT(api.err, AllOf(HasSubstr("account production: the URL in " + account.folder.file("proxy")),
                               Not(HasSubstr(canary))));
}

TEST_F(SecretsOfConnections, WarnOfFilesThatEverybodyMayRead)
{
    account.more(sinks());
    for (const auto* file : {"proxy", "password", "token", "headers.yml"})
        std::filesystem::permissions(account.folder.file(file), std::filesystem::perms(0644));
    const auto ended = run_binary(account.command_line({"config", "check"}));
    for (const auto* file : {"proxy", "password", "token", "headers.yml"})
        EXPECT_THAT(ended.err,
                    HasSubstr(account.folder.file(file) + " can be read or changed by every user"));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
