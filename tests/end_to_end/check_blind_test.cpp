#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "end_to_end/watched_account.hpp"

// `trunkwarden check` when nothing of the account can be seen.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;

// Without a pinned organisation nothing is asked before the lists.
std::string baseline_without_organization()
{
    auto text = text_of_file(demo_baseline);
    const auto begins = text.find("organization_id:");
    return text.erase(begins, text.find('\n', begins) - begins + 1);
}

void expect_nothing_read(const check_report& report, std::string_view reason)
{
    for (const auto& type : catalogue) {
        if (type.pages == paging::no_endpoint)
            continue;
        EXPECT_EQ(report.state(type.name), "failed") << type.name;
        EXPECT_NE(report.reason(type.name).find(reason), std::string::npos)
            << type.name << ": " << report.reason(type.name);
    }
    EXPECT_FALSE(report.whole.at("complete").as_bool());
    EXPECT_TRUE(report.findings().empty()) << report.findings();
}

TEST(CheckOfABlindAccount, TellsARejectedKeyInOneFinding)
{
    watched_account account;
    account.control("set", R"({"api_key": "KEY_another"})");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 6) << report.ended.err;
    ASSERT_EQ(report.findings().size(), 1U) << report.findings();
    EXPECT_EQ(report.findings().front().at("kind"), "blind");
    EXPECT_EQ(report.findings().front().at("resource"), "api_key");
    EXPECT_EQ(report.findings().front().at("severity"), "critical");
    EXPECT_EQ(report.state("ips"), "unavailable");
    EXPECT_EQ(report.ended.out.find("CANARY"), std::string::npos) << report.ended.out;
}

TEST(CheckOfABlindAccount, TellsAKeyThatOneListRejectsInTheCoverageOnly)
{
    watched_account account;
    account.fault(R"({"path": "/organizations/users", "kind": "status", "status": 401})");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 4);
    EXPECT_TRUE(report.findings().empty()) << report.findings();
    EXPECT_EQ(report.state("organization_users"), "unavailable");
}

TEST(CheckOfABlindAccount, AcceptsABlindSpotThatTheSettingsAccept)
{
    watched_account account({.account_extra = "    accepted_blind_spots: [organization_users]\n"});
    account.fault(R"({"path": "/organizations/users", "kind": "status", "status": 403})");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 0) << report.findings();
    EXPECT_TRUE(report.whole.at("complete").as_bool());
    EXPECT_EQ(report.state("organization_users"), "accepted");
    EXPECT_NE(report.reason("organization_users").find("403"), std::string::npos);
}

TEST(CheckOfABlindAccount, DoesNotTalkToAServerWithAnotherAuthoritysCertificate)
{
    watched_account account;
    const watched_account other;
    account.ca_file = other.ca_file;

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 4) << report.ended.err;
    expect_nothing_read(report, "certificate");
    EXPECT_EQ(account.control("requests").at("total"), 0);
}

TEST(CheckOfABlindAccount, SaysThatTheServerIsDown)
{
    watched_account account({.baseline = baseline_without_organization()});
    account.server_goes_down();

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 4) << report.ended.err;
    expect_nothing_read(report, "refused");
    EXPECT_LT(report.ended.took, 20s);
}

TEST(CheckOfABlindAccount, RefusesAKeyOfAnotherOrganisation)
{
    auto baseline = text_of_file(demo_baseline);
    const std::string_view right = "3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10";
    const std::string_view wrong = "00000000-1111-2222-3333-444444444444";
    baseline.replace(baseline.find(right), right.size(), wrong);
    watched_account account({.baseline = baseline});

    const auto ended = run_binary(account.command_line({"check", "--output=json"}));

    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(
        ended.out.find(
            R"({"complete":false,"accounts":[{"account":"production","complete":false,"reason":"the API key)"),
        std::string::npos)
        << ended.out;
    EXPECT_NE(ended.out.find(R"("findings":[])"), std::string::npos) << "nothing of it is judged";
    EXPECT_NE(ended.err.find(right), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find(wrong), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("production"), std::string::npos) << ended.err;
}

TEST(CheckOfABlindAccount, IsNotCompleteWhenNothingNamesThePinnedOrganisation)
{
    watched_account account;
    for (const std::string_view path : {"/whoami", "/messaging_profiles", "/audit_events"})
        account.fault(fmt::format(R"({{"path": "{}", "kind": "status", "status": 403}})", path));

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 4);
    EXPECT_FALSE(report.whole.at("complete").as_bool());
    EXPECT_NE(report.ended.out.find("3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10"), std::string::npos);
}

// GET /connections/count beside the lists.
class CheckOfCountedConnections : public testing::Test {
protected:
    void count(std::string_view from, std::string_view to)
    {
        account.fault(fmt::format(
            R"({{"path": "/connections/count", "kind": "replaced_text", "from": "{}", "to": "{}"}})", from,
            to));
    }
    watched_account account;
};

TEST_F(CheckOfCountedConnections, IsNotCleanWhileAListShowsFewerThanThereAre)
{
    count(R"(\"ip_connections\":1)", R"(\"ip_connections\":2)");
    const auto report = account.check();
    EXPECT_EQ(report.ended.exit_code, 6) << report.ended.err;
    EXPECT_EQ(report.state("ip_connections"), "failed");
    EXPECT_EQ(report.reason("ip_connections"),
              "GET /connections/count counts 2 ip_connections, and the list shows 1");
    ASSERT_EQ(report.findings().size(), 1U) << report.findings();
    EXPECT_EQ(report.findings().front().at("kind"), "blind");
    EXPECT_EQ(report.findings().front().at("resource"), "ip_connections");
    EXPECT_EQ(report.findings().front().at("severity"), "critical");
}

TEST_F(CheckOfCountedConnections, IsNotCleanWhileThereIsAKindThatNoListShows)
{
    count(R"(\"third_party_provider_connections\":0)", R"(\"third_party_provider_connections\":4)");
    const auto report = account.check();
    EXPECT_EQ(report.state("connections"), "failed");
    EXPECT_NE(report.reason("connections").find("4 third_party_provider_connections"), std::string::npos)
        << report.reason("connections");
}

TEST_F(CheckOfCountedConnections, IsAsBeforeWhereTheApiDoesNotTellTheNumbers)
{
    account.fault(R"({"path": "/connections/count", "kind": "status", "status": 403})");
    const auto report = account.check();
    EXPECT_EQ(report.ended.exit_code, 0) << report.ended.err;
    EXPECT_TRUE(report.findings().empty()) << report.findings();
    const auto& sentences = report.account.at("not_proven").as_array();
    ASSERT_EQ(sentences.size(), 1U);
    const std::string said(sentences.front().as_string());
    EXPECT_NE(said.find("nothing proves that no list of connections is short"), std::string::npos) << said;
    EXPECT_NE(said.find("403"), std::string::npos) << said;
}

TEST_F(CheckOfCountedConnections, WritesNoBaselineWhileAListIsShort)
{
    count(R"(\"ip_connections\":1)", R"(\"ip_connections\":2)");
    const auto ended = run_binary(account.command_line({"baseline", "capture", "--account=production"}));
    EXPECT_NE(ended.exit_code, 0);
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find("GET /connections/count counts 2 ip_connections, and the list shows 1"),
              std::string::npos)
        << ended.err;
    EXPECT_NE(ended.err.find("nothing was written"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace trunkwarden::end_to_end
