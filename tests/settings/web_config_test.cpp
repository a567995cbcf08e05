#include "settings/web_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view hash = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

web_config_reading parsed(std::string_view text)
{
    return parse_web_config(text, "/etc/tw/web.yml");
}

std::string only_problem(std::string_view text)
{
    const auto problems = parsed(text).problems;
    return problems.size() == 1 ? to_string(problems.front()) : fmt::format("{} problems", problems.size());
}

TEST(WebConfig, TakesWhatExporterToolkitTakes)
{
    const auto read =
        parsed(fmt::format("tls_server_config:\n"
                           "  cert_file: server.crt\n"
                           "  key_file: /etc/ssl/server.key\n"
                           "  client_auth_type: RequireAndVerifyClientCert\n"
                           "  client_ca_file: ca.pem\n"
                           "  min_version: TLS13\n"
                           "http_server_config:\n"
                           "  http2: false\n"
                           "  headers:\n"
                           "    Strict-Transport-Security: max-age=31536000\n"
                           "basic_auth_users:\n"
                           "  prometheus: {}\n",
                           hash));
    EXPECT_THAT(read.problems, IsEmpty());
    ASSERT_TRUE(read.value.tls);
    EXPECT_EQ(read.value.tls->cert_file, "/etc/tw/server.crt");
    EXPECT_EQ(read.value.tls->key_file, "/etc/ssl/server.key");
    EXPECT_EQ(read.value.tls->client_ca_file, "/etc/tw/ca.pem");
    EXPECT_EQ(read.value.tls->min_version, tls_version::tls_1_3);
    EXPECT_THAT(read.value.headers, ElementsAre(Pair("Strict-Transport-Security", "max-age=31536000")));
    ASSERT_EQ(read.value.users.size(), 1U);
    EXPECT_EQ(read.value.users[0].name, "prometheus");
    EXPECT_EQ(read.value.users[0].bcrypt, hash);
}

TEST(WebConfig, AnEmptyFileAsksForNothing)
{
    for (const char* text : {"", "\n", "# later\n", "{}\n"}) {
        const auto read = parsed(text);
        EXPECT_THAT(read.problems, IsEmpty()) << text;
        EXPECT_FALSE(read.value.tls);
        EXPECT_THAT(read.value.users, IsEmpty());
    }
}

struct bad_file {
    const char* text;
    const char* says;
};

class BadWebConfig : public testing::TestWithParam<bad_file> {};

TEST_P(BadWebConfig, SaysWhereAndWhat)
{
    EXPECT_THAT(only_problem(GetParam().text), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadWebConfig,
    testing::Values(
        bad_file{"tls_server_confg: {}\n", "web.yml:1:1: unknown key \"tls_server_confg\""},
        bad_file{"tls_server_config: {key_file: k}\n", "tls_server_config needs cert_file"},
        bad_file{"tls_server_config: {cert_file: c}\n", "tls_server_config needs key_file"},
        bad_file{"tls_server_config:\n  cert_file: c\n  key_file: k\n  min_version: TLS10\n",
                 "web.yml:4:16: "},
        bad_file{
            "tls_server_config:\n  cert_file: c\n  key_file: k\n  min_version: TLS13\n  max_version: TLS12\n",
            "min_version is above max_version"},
        bad_file{
            "tls_server_config: {cert_file: c, key_file: k, client_auth_type: RequireAndVerifyClientCert}\n",
            "needs client_ca_file"},
        bad_file{"tls_server_config: {cert_file: c, key_file: k, client_ca_file: x}\n",
                 "has no effect without"},
        bad_file{"tls_server_config: {cert_file: c, key_file: k, client_auth_type: RequestClientCert}\n",
                 "client_auth_type"},
        bad_file{"tls_server_config: {cert_file: c, key_file: k, cipher_suites: [X]}\n",
                 "cipher_suites is not supported"},
        bad_file{"http_server_config: {headers: {Server: x}}\n", "unknown key \"Server\""},
        bad_file{"basic_auth_users: [a]\n", "basic_auth_users must be a map"},
        bad_file{"basic_auth_users:\n  prometheus: CANARY-in-clear\n",
                 "web.yml:2:3: the password of \"prometheus\" is not a bcrypt hash"},
        bad_file{"basic_auth_users:\n  p: $2y$16$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi\n",
                 "cost outside 04 to 14"},
        bad_file{"basic_auth_users:\n  a:b: x\n", "web.yml:2:"},
        bad_file{"basic_auth_users:\n  # prometheus: x\n", "basic_auth_users is empty"},
        bad_file{"tls_server_config:\n", "web.yml:1:1: tls_server_config is empty"},
        bad_file{"- a\n", "the file must be a map"}));

TEST(WebConfig, RepeatsNoPasswordThatWasWrittenInClear)
{
    for (const auto& problem : parsed("basic_auth_users:\n  prometheus: CANARY-in-clear\n").problems) {
        EXPECT_THAT(to_string(problem), testing::Not(HasSubstr("CANARY")));
        EXPECT_THAT(problem.shown.line, testing::Not(HasSubstr("CANARY")));
    }
}

TEST(WebConfig, AFileThatIsNotThereIsAProblemWithItsName)
{
    const auto read = read_web_config("/nowhere/web.yml");
    ASSERT_EQ(read.problems.size(), 1U);
    EXPECT_THAT(to_string(read.problems[0]), HasSubstr("/nowhere/web.yml"));
    EXPECT_THAT(files_of_web_config("/nowhere/web.yml"), ElementsAre("/nowhere/web.yml"));
}

}  // namespace
}  // namespace trunkwarden
