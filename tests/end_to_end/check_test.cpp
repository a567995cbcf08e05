#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "catalogue/catalogue.hpp"
#include "end_to_end/watched_account.hpp"

// `trunkwarden check` against the demo's account: its findings, and its words when there are none.

namespace trunkwarden::end_to_end {
namespace {

struct expected_finding {
    std::string_view attack;
    std::string_view resource;
    std::string_view kind;
    std::string_view severity;
};

// Names the test, and its message when it fails.
std::ostream& operator<<(std::ostream& to, const expected_finding& expected)
{
    return to << expected.attack;
}

constexpr expected_finding expected[] = {
    {"add_credential_connection", "credential_connections", "unknown", "critical"},
    {"unrestrict_sip_uri", "credential_connections", "changed", "high"},
    {"keep_conversations", "credential_connections", "weakened", "critical"},
    {"change_connection_webhook", "credential_connections", "changed", "high"},
    {"override_caller_id", "credential_connections", "changed", "high"},
    {"move_connection_to_other_profile", "credential_connections", "changed", "critical"},
    {"disable_connection", "credential_connections", "changed", "high"},
    {"delete_connection", "credential_connections", "missing", "medium"},
    {"add_ip_connection", "ip_connections", "unknown", "critical"},
    {"add_fqdn_connection", "fqdn_connections", "unknown", "critical"},
    {"change_fqdn_authentication_method", "fqdn_connections", "changed", "critical"},
    {"take_fqdn_authentication", "fqdn_authentication", "changed", "critical"},
    {"register_elsewhere", "registrations", "unknown", "critical"},
    {"divert_recordings", "custom_storage_credentials", "unknown", "critical"},
    {"add_uac_connection", "uac_connections", "unknown", "critical"},
    {"redirect_uac_connection", "uac_connections", "changed", "critical"},
    {"add_external_connection", "external_connections", "unknown", "critical"},
    {"change_external_connection", "external_connections", "weakened", "high"},
    {"add_unknown_connection", "connections", "unknown", "high"},
    {"add_ip", "ips", "unknown", "critical"},
    {"change_ip", "ips", "unknown", "critical"},
    {"add_fqdn", "fqdns", "unknown", "critical"},
    {"change_fqdn", "fqdns", "unknown", "critical"},
    {"add_telephony_credential", "telephony_credentials", "unknown", "high"},
    {"add_texml_application", "texml_applications", "unknown", "critical"},
    {"change_texml_url", "texml_applications", "changed", "critical"},
    {"change_texml_fallback", "texml_applications", "changed", "critical"},
    {"add_call_control_application", "call_control_applications", "unknown", "critical"},
    {"change_call_control_webhook", "call_control_applications", "changed", "critical"},
    {"add_fax_application", "fax_applications", "unknown", "high"},
    {"change_fax_webhook", "fax_applications", "changed", "high"},
    {"add_outbound_profile", "outbound_voice_profiles", "unknown", "critical"},
    {"loosen_outbound_profile", "outbound_voice_profiles", "weakened", "critical"},
    {"raise_spend_limit", "outbound_voice_profiles", "weakened", "critical"},
    {"forward_number", "call_forwarding", "unknown", "critical"},
    {"change_forwarding", "call_forwarding", "changed", "critical"},
    {"translate_number", "number_translation", "unknown", "critical"},
    {"add_number", "phone_numbers", "unknown", "medium"},
    {"reroute_number", "phone_numbers", "changed", "high"},
    {"change_number_level_routing", "phone_numbers", "changed", "high"},
    {"delete_number", "phone_numbers", "missing", "high"},
    {"unlock_number", "phone_numbers", "weakened", "high"},
    {"change_number_messaging", "phone_numbers", "changed", "high"},
    {"add_messaging_profile", "messaging_profiles", "unknown", "high"},
    {"change_messaging_webhook", "messaging_profiles", "changed", "critical"},
    {"add_user", "organization_users", "unknown", "critical"},
    {"bypass_sso", "organization_users", "weakened", "critical"},
    {"make_second_owner", "organization_users", "changed", "critical"},
    {"raise_user", "organization_users", "weakened", "high"},
    {"add_authentication_provider", "authentication_providers", "unknown", "critical"},
    {"change_identity_provider", "authentication_providers", "changed", "critical"},
    {"disable_identity_provider", "authentication_providers", "weakened", "critical"},
    {"add_oauth_client", "oauth_clients", "unknown", "high"},
    {"change_oauth_redirect", "oauth_clients", "weakened", "critical"},
    {"add_oauth_grant", "oauth_grants", "unknown", "high"},
    {"add_api_key", "api_keys", "unknown", "critical"},
    {"add_service_account", "service_accounts", "unknown", "critical"},
    {"add_service_account_token", "service_account_tokens", "unknown", "critical"},
    {"lift_token_expiry", "service_account_tokens", "weakened", "high"},
    {"disable_iam", "iam_settings", "weakened", "critical"},
    {"add_iam_grant", "iam_grants", "unknown", "critical"},
    {"change_iam_role", "iam_roles", "weakened", "critical"},
    {"add_verify_profile", "verify_profiles", "unknown", "high"},
    {"loosen_verify_profile", "verify_profiles", "weakened", "critical"},
    {"host_number", "hosted_number_orders", "unknown", "high"},
    {"add_mcp_server", "ai_mcp_servers", "unknown", "high"},
    {"change_mcp_server", "ai_mcp_servers", "changed", "high"},
    {"add_ai_tool", "ai_tools", "unknown", "high"},
    {"add_whatsapp_account", "whatsapp_business_accounts", "unknown", "high"},
    {"divert_whatsapp", "whatsapp_settings", "changed", "critical"},
    {"move_short_code", "short_codes", "changed", "high"},
    {"intercept_mobile_number", "mobile_phone_numbers", "changed", "critical"},
    {"forward_mobile_number", "mobile_phone_numbers", "changed", "critical"},
    {"add_mobile_voice_connection", "mobile_voice_connections", "unknown", "high"},
    {"change_mobile_voice_connection", "mobile_voice_connections", "changed", "high"},
    {"start_number_job", "number_jobs", "unknown", "high"},
    {"add_access_ip_address", "access_ip_addresses", "unknown", "high"},
    {"add_access_ip_range", "access_ip_ranges", "unknown", "high"},
    {"add_integration_secret", "integration_secrets", "unknown", "medium"},
    {"add_verified_number", "verified_numbers", "unknown", "medium"},
    {"add_wireguard_peer", "wireguard_peers", "unknown", "medium"},
    {"add_ai_assistant", "ai_assistants", "unknown", "medium"},
    {"change_ai_assistant", "ai_assistants", "changed", "high"},
    {"add_managed_account", "managed_accounts", "unknown", "medium"},
    {"start_portout", "portouts", "unknown", "critical"},
    {"add_notification_channel", "notification_channels", "unknown", "medium"},
    {"change_notification_channel", "notification_channels", "changed", "high"},
    {"delete_notification_channel", "notification_channels", "missing", "medium"},
    {"add_notification_setting", "notification_settings", "unknown", "medium"},
    {"delete_notification_setting", "notification_settings", "missing", "medium"},
    {"raise_auto_recharge", "auto_recharge", "weakened", "high"},
};

class CheckFinds : public testing::TestWithParam<expected_finding> {};

TEST_P(CheckFinds, TheAttackAndNothingElse)
{
    const auto& wanted = GetParam();
    watched_account account;
    account.attack(wanted.attack);

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 2) << report.ended.err;
    EXPECT_TRUE(report.whole.at("complete").as_bool());
    // The settings of a new WhatsApp account are new, too.
    const std::size_t findings = std::string_view(wanted.attack) == "add_whatsapp_account" ? 2 : 1;
    ASSERT_EQ(report.findings().size(), findings) << report.ended.out;
    const auto about = std::ranges::find_if(report.findings(), [&wanted](const json::value& item) {
        return item.at("resource") == json::string_view(wanted.resource);
    });
    ASSERT_NE(about, report.findings().end()) << report.ended.out;
    const auto& found = *about;
    EXPECT_EQ(found.at("account"), "production");
    EXPECT_EQ(found.at("resource"), json::string_view(wanted.resource)) << found;
    EXPECT_EQ(found.at("kind"), json::string_view(wanted.kind)) << found;
    EXPECT_EQ(found.at("severity"), json::string_view(wanted.severity)) << found;
    EXPECT_EQ(found.at("status"), "open");
}

INSTANTIATE_TEST_SUITE_P(Attacks, CheckFinds, testing::ValuesIn(expected),
                         [](const auto& tested) { return std::string(tested.param.attack); });

TEST(Check, IsTestedWithAnAttackOnEveryResourceThatHasAnEndpoint)
{
    for (const auto& type : catalogue)
        if (type.pages != paging::no_endpoint) {
            EXPECT_TRUE(std::ranges::find(expected, type.name, &expected_finding::resource) !=
                        std::end(expected))
                << type.name;
        }
}

TEST(Check, FindsNothingInTheTrustedAccountAndEndsWithZero)
{
    watched_account account;

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 0) << report.ended.err;
    EXPECT_TRUE(report.whole.at("complete").as_bool());
    EXPECT_EQ(report.account.at("account"), "production");
    EXPECT_TRUE(report.findings().empty()) << report.findings();
    EXPECT_EQ(report.account.at("coverage").as_array().size(), catalogue.size());
    for (const auto& type : catalogue)
        EXPECT_EQ(report.state(type.name),
                  type.name == "spending" || type.name == "traffic" || type.name == "active_calls"
                      ? "accepted"
                      : "complete")
            << type.name << ": " << report.reason(type.name);
    EXPECT_EQ(report.seen("phone_numbers").at("items"), 12);
}

TEST(Check, ChangesNothingAndTouchesNoState)
{
    watched_account account;
    account.attack("add_ip");

    account.check();

    EXPECT_TRUE(account.control("requests").at("writes").as_array().empty());
    EXPECT_FALSE(std::filesystem::exists(account.folder.file("state.db")));
    EXPECT_FALSE(std::filesystem::exists(account.folder.file("control.sock")));
}

TEST(Check, TellsSeveralAccountsApart)
{
    watched_account first;
    watched_account second;
    first.attack("add_ip");
    second.fault(R"({"path": "/fqdns", "kind": "status", "status": 403})");
    std::string settings = "poll: {requests_per_second: 1000}\naccounts:\n";
    for (const auto* account : {&first, &second})
        settings += fmt::format(
            "  - {{name: {}, api_key_file: {}, baseline_file: {}, api_url: \"{}\", ca_file: {}}}\n",
            account == &first ? "first" : "second", account->folder.file("key"),
            account->folder.file("baseline.yml"), account->url, account->ca_file);
    const auto file = first.folder.write("both.yml", settings);

    const auto report = report_of(run_binary({"check", "--output=json", "--config.file=" + file}));

    EXPECT_EQ(report.ended.exit_code, 6) << report.ended.err;
    EXPECT_FALSE(report.whole.at("complete").as_bool());
    const auto& accounts = report.whole.at("accounts").as_array();
    ASSERT_EQ(accounts.size(), 2U);
    EXPECT_EQ(accounts[0].at("account"), "first");
    EXPECT_TRUE(accounts[0].at("complete").as_bool());
    EXPECT_EQ(accounts[0].at("findings").as_array().size(), 1U);
    EXPECT_EQ(accounts[1].at("account"), "second");
    EXPECT_FALSE(accounts[1].at("complete").as_bool());
    EXPECT_TRUE(accounts[1].at("findings").as_array().empty());
}

TEST(Check, TellsAReplacedSecretByTheOldOneMissingAndTheNewOneUnknown)
{
    watched_account account;
    account.attack("replace_integration_secret");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 2);
    ASSERT_EQ(report.findings().size(), 2U) << report.findings();
    std::vector<std::string> kinds;
    for (const auto& found : report.findings()) {
        EXPECT_EQ(found.at("resource"), "integration_secrets");
        kinds.emplace_back(found.at("kind").as_string());
    }
    std::ranges::sort(kinds);
    EXPECT_EQ(kinds, (std::vector<std::string>{"missing", "unknown"}));
}

TEST(Check, IsNotMovedByWhatIsNoSecurityMatter)
{
    watched_account account;
    for (const std::string_view name : {"sign_in", "drain_balance"})
        account.attack(name);

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 0) << report.findings();
}

TEST(Check, TakesAnIdForTheSameWhetherTheApiSendsTextOrANumber)
{
    watched_account account;
    account.control("set", R"({"integer_ids": true})");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 0) << report.findings();
}

TEST(Check, PrintsForPeopleWithoutColoursWhenItIsNoTerminal)
{
    watched_account account;
    account.attack("add_ip");

    const auto ended = run_binary(account.command_line({"check"}));

    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_NE(ended.out.find("Unknown SIP IP 192.0.2.66:5060 on connection "), std::string::npos)
        << ended.out;
    EXPECT_EQ(ended.out.find('\x1b'), std::string::npos);
    EXPECT_EQ(ended.err, "");
}

TEST(Check, NamesTheConnectionOfAnAddressWhicheverOfTheTwoListsComesFirst)
{
    for (const std::string_view late : {"/ip_connections", "/ips"}) {
        watched_account account({.poll = "{requests_per_second: 1000, timeout: 5s}"});
        account.attack("add_ip");
        account.fault(fmt::format(R"({{"path": "{}", "kind": "delay", "ms": 500}})", late));

        const auto report = account.check();

        ASSERT_EQ(report.findings().size(), 1U) << report.ended.err;
        EXPECT_EQ(report.findings().front().at("title"), "Unknown SIP IP 192.0.2.66:5060 on connection sbc")
            << late << " came last";
    }
}

// No endpoint shows two-factor authentication.

std::string baseline_with_two_factor(std::string_view section)
{
    auto text = text_of_file(demo_baseline);
    const auto begins = text.find("two_factor:");
    const auto ends = text.find("\n\n", begins) + 1;
    return text.replace(begins, ends - begins, section);
}

TEST(CheckOfTwoFactor, IsNeverFineWithoutEvidence)
{
    watched_account account({.baseline = baseline_with_two_factor("")});

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 4);
    EXPECT_FALSE(report.whole.at("complete").as_bool());
    EXPECT_NE(report.state("two_factor"), "complete");
    EXPECT_NE(report.reason("two_factor").find("attest"), std::string::npos) << report.reason("two_factor");
    EXPECT_TRUE(report.findings().empty()) << report.findings();
}

TEST(CheckOfTwoFactor, IsCompleteWhenTheBlindSpotIsAccepted)
{
    watched_account account({.baseline = baseline_with_two_factor(""),
                             .account_extra = "    accepted_blind_spots: [two_factor]\n"});

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 0) << report.reason("two_factor");
    EXPECT_EQ(report.state("two_factor"), "accepted");
}

TEST(CheckOfTwoFactor, FindsAnAttestationThatRanOut)
{
    watched_account account({.baseline = baseline_with_two_factor(
                                 "two_factor: {required: true, attested: 2026-01-02, max_age: 30d}\n")});

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code & 2, 2);
    ASSERT_EQ(report.findings().size(), 1U) << report.findings();
    EXPECT_EQ(report.findings().front().at("kind"), "expired");
    EXPECT_EQ(report.findings().front().at("resource"), "two_factor");
    EXPECT_EQ(report.findings().front().at("severity"), "high");
}

}  // namespace
}  // namespace trunkwarden::end_to_end
