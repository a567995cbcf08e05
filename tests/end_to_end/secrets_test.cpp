#include <gtest/gtest.h>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"

// Every secret of the demo's account, and its API key, hold the word CANARY: nothing the binary prints may.

namespace trunkwarden::end_to_end {
namespace {

bool is_clean(std::string_view text)
{
    return text.find(canary) == std::string_view::npos;
}

void take_over(watched_account& account)
{
    for (const std::string_view name :
         {"add_credential_connection", "change_connection_password", "change_ip_connection_token",
          "add_telephony_credential", "change_messaging_secret", "unlock_number", "add_api_key",
          "add_oauth_client", "add_integration_secret", "add_ai_assistant", "add_uac_connection"})
        account.attack(name);
}

TEST(Secrets, AreInNoReportOfCheck)
{
    watched_account account;
    take_over(account);

    for (const std::string_view format : {"--output=text", "--output=json"}) {
        const auto ended =
            run_binary(account.command_line({"check", "--log.level=debug", std::string(format)}));
        EXPECT_EQ(ended.exit_code, 2) << ended.err;
        EXPECT_NE(ended.out.find("(secret)"), std::string::npos) << format;
        EXPECT_TRUE(is_clean(ended.out)) << ended.out;
        EXPECT_TRUE(is_clean(ended.err)) << ended.err;
    }
}

// An API, or a proxy, that repeats the request's key in its complaint, or the password of a connection.
TEST(Secrets, AreNotRepeatedFromAnErrorOfTheApi)
{
    watched_account account;
    constexpr std::string_view sip_password = "CANARYswordfish";
    account.control("patch", fmt::format(R"({{"path": "/credential_connections", "id": "1293384261075731499",
                                             "changes": {{"password": "{}"}}}})",
                                         sip_password));
    for (const int status : {400, 401, 403, 404, 422})
        account.fault(fmt::format(
            R"({{"path": "{}", "kind": "status", "status": {},
                 "body": {{"errors": [{{"code": "10009", "title": "Not {}", "detail": "The key Bearer {} is wrong, and so is the password '{}'"}}]}}}})",
            status == 401   ? "/ips"
            : status == 403 ? "/fqdns"
            : status == 404 ? "/portouts"
                            : "/oauth_grants",
            status, demo_key, demo_key, sip_password));

    for (const std::string_view format : {"--output=text", "--output=json"}) {
        const auto ended = run_binary(account.command_line({"check", std::string(format)}));
        EXPECT_EQ(ended.exit_code, 4);
        EXPECT_NE(ended.out.find("10009"), std::string::npos) << ended.out;
        EXPECT_TRUE(is_clean(ended.out)) << ended.out;
        EXPECT_TRUE(is_clean(ended.err)) << ended.err;
    }
}

// A password that is a plain word, unquoted: only an earlier answer of the API distinguishes it from any
// other word.
TEST(Secrets, ThatAreKnownAreNotRepeatedFromAnErrorOfTheApi)
{
    constexpr std::string_view plain_word = "swordfish";
    watched_account account(
        {.poll = "{requests_per_second: 1000, interval: 300ms, timeout: 5s, stale_after: 900ms}",
         .listen = "127.0.0.1:0"});
    account.control("patch", fmt::format(R"({{"path": "/credential_connections", "id": "1293384261075731499",
                                             "changes": {{"password": "{}"}}}})",
                                         plain_word));
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("sweep ended"), "");

    account.fault(fmt::format(
        R"({{"path": "/fqdns", "kind": "status", "status": 422,
             "body": {{"errors": [{{"code": "10015", "title": "No {0}", "detail": "value {0} is weak"}}]}}}})",
        plain_word));
    const auto line = daemon.line_with("finding opened");
    EXPECT_NE(line.find("kind=blind resource=fqdns"), std::string::npos) << line;
    const auto findings = run_binary(account.command_line({"findings", "--output=json"}));
    EXPECT_NE(findings.out.find("10015 No (secret)"), std::string::npos) << findings.out;
    const auto status = run_binary(account.command_line({"status", "--output=json"}));
    EXPECT_NE(status.out.find("fqdns"), std::string::npos) << status.out;
    const auto page = http_get(port, "/").body;
    const auto doctor = run_binary(account.command_line({"doctor"})).out;
    EXPECT_NE(doctor.find("GET /fqdns: 422"), std::string::npos) << doctor;
    const auto log = end(daemon);
    EXPECT_NE(log.find("10015 No (secret)"), std::string::npos) << log;
    for (const auto& text : {findings.out, status.out, page, doctor, log})
        EXPECT_EQ(text.find(plain_word), std::string::npos) << text;
}

TEST(Secrets, AreNotShownWhenTheKeyIsRejected)
{
    watched_account account({.poll = "{requests_per_second: 1000, interval: 500ms}"});
    account.control("set", R"({"api_key": "KEY_another"})");

    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto line = daemon.line_with("finding opened");
    daemon.signal(SIGTERM);
    const auto ended = daemon.wait();

    EXPECT_NE(line.find("resource=api_key"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("401"), std::string::npos) << ended.err;
    EXPECT_TRUE(is_clean(ended.out + ended.err)) << ended.err;
}

TEST(Secrets, AreWatchedWithoutBeingShown)
{
    watched_account account(
        {.poll = "{requests_per_second: 1000, interval: 300ms}", .listen = "127.0.0.1:0"});
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}));
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("sweep ended"), "");

    account.attack("change_connection_password");

    const auto line = daemon.line_with("finding opened");
    EXPECT_NE(line.find("kind=changed"), std::string::npos) << line;
    EXPECT_NE(line.find("resource=credential_connections"), std::string::npos) << line;
    EXPECT_NE(line.find("severity=critical"), std::string::npos) << line;
    EXPECT_NE(line.find("its password was changed"), std::string::npos) << line;
    account.control("patch", R"({"path": "/credential_connections", "id": "1293384261075731499",
                                 "changes": {"password": "CANARY-office-pbx-password"}})");
    EXPECT_NE(daemon.line_with("finding resolved").find("resource=credential_connections"),
              std::string::npos);
    for (const std::string_view path : {"/", "/metrics", "/-/ready"})
        EXPECT_TRUE(is_clean(http_get(port, path).body)) << path;
    daemon.signal(SIGTERM);
    const auto ended = daemon.wait();
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_TRUE(is_clean(ended.out + ended.err)) << ended.err;
    EXPECT_EQ(ended.err.find("password="), std::string::npos) << ended.err;
}

// A key that cannot be sent in a header, or a file that holds something else, is named by its path only.
TEST(Secrets, AreNotShownWhenTheKeyFileIsNoKey)
{
    watched_account account;
    account.folder.write("key", "CANARY one\nCANARY two\n");

    const auto ended = run_binary(account.command_line({"check"}));

    EXPECT_EQ(ended.exit_code, 1) << ended.out;
    EXPECT_NE(ended.err.find(account.folder.file("key")), std::string::npos) << ended.err;
    EXPECT_TRUE(is_clean(ended.out + ended.err)) << ended.err;
}

}  // namespace
}  // namespace trunkwarden::end_to_end
