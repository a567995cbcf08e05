#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "containment/world.hpp"

// One takeover after another, and the quarantine's steps about each.

namespace trunkwarden {
namespace {

using namespace quarantine_world;
using testing::HasSubstr;

class Quarantine : public testing::Test, protected demo_world {
protected:
    Quarantine()
    {
        start();
        look();
    }

    // The object as a GET shows it, without the members that the API changes.
    json::object shown(std::string_view path, const std::string& id)
    {
        if (path == "/payment/auto_recharge_prefs" || path == "/iam/settings")
            return seeded.single(path);
        auto found = seeded.find(path, id);
        if (!found)
            return {};
        found->erase("updated_at");
        found->erase("disabled_by_manager");  // the simulator's own mark; the API shows none
        return *found;
    }
};

TEST_F(Quarantine, DoesNothingToAnAccountThatIsAsItShouldBe)
{
    look();
    EXPECT_EQ(watched->memory.findings.size(), 0U);
    EXPECT_TRUE(api->written.empty());
    EXPECT_TRUE(guard->actions().empty());
}

TEST_F(Quarantine, RemovesAnUnknownIpAndPutsItBackUnderANewId)
{
    attack("add_ip");
    look();
    ASSERT_EQ(states_of("ips"), "done") << refusals();
    const auto done = actions_on("ips").front();
    EXPECT_EQ(done.request.method, "DELETE");
    EXPECT_FALSE(seeded.find("/ips", done.object_id));
    EXPECT_TRUE(was_told("contained ips"));
    EXPECT_EQ(finding_about("ips")->status, finding_status::contained);
    EXPECT_THAT(finding_about("ips")->quarantine, HasSubstr("quarantine undo " + done.id));

    const auto undone = undo(done.id);
    EXPECT_EQ(undone.state, action_state::undone) << undone.outcome;
    EXPECT_NE(undone.new_id, done.object_id);
    const auto back = seeded.find("/ips", undone.new_id);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->at("ip_address"), "192.0.2.66");
    for (int i = 0; i < 3; ++i)
        look();
    EXPECT_TRUE(seeded.find("/ips", undone.new_id)) << "what somebody undid is not done again";
    EXPECT_THAT(refusals(), HasSubstr("was undone"));
}

// The API answers null for limits, and refuses null for them: the rest is taken back, and that is said.
TEST_F(Quarantine, SaysWhatUndoingCouldNotBringBack)
{
    attack("loosen_outbound_profile");
    look();
    ASSERT_EQ(states_of("outbound_voice_profiles"), "done") << refusals();
    const auto undone = undo(actions_on("outbound_voice_profiles").front().id);
    EXPECT_EQ(undone.state, action_state::undone);
    EXPECT_EQ(undone.outcome, "undone; these differ from before: daily_spend_limit, max_destination_rate");
    const auto profile = seeded.find("/outbound_voice_profiles", undone.object_id);
    EXPECT_TRUE(profile->at("concurrent_call_limit").is_null());
    EXPECT_EQ(profile->at("whitelisted_destinations").as_array().size(), 7U);
    look();
    look();
    EXPECT_EQ(actions_on("outbound_voice_profiles").size(), 1U) << "as it is now is how somebody wants it";
}

// The API leaves the connections of a managed account off unless it is asked to switch them on again.
TEST_F(Quarantine, SwitchesTheConnectionsOfAManagedAccountOnAgainWithIt)
{
    attack("add_managed_account");
    look();
    ASSERT_EQ(states_of("managed_accounts"), "done") << refusals();
    EXPECT_EQ(undo(actions_on("managed_accounts").front().id).state, action_state::undone);
    EXPECT_TRUE(api->written.back().target.ends_with("/actions/enable"));
    EXPECT_EQ(api->written.back().body, R"({"reenable_all_connections":true})");
}

// Where a thief emptied a list of objects, an object in its place would break the assistant.
TEST_F(Quarantine, IsNotHeldUpByAnEndpointThatAThiefUsesUp)
{
    for (int decoy = 0; decoy < 5; ++decoy)
        attack("add_credential_connection");
    attack("add_ip");
    std::size_t asked = 0;
    api->takes_no_more = [&asked](const std::string& path) {
        const bool is_used_up = path.starts_with("/credential_connections/");
        asked += is_used_up ? 1 : 0;
        return is_used_up;
    };
    look();
    EXPECT_EQ(states_of("ips"), "done") << refusals();
    EXPECT_EQ(states_of("credential_connections"), "");
    EXPECT_EQ(asked, 1U) << "one answer of an endpoint counts for all its objects";
    EXPECT_THAT(refusals(), HasSubstr("429"));
    api->takes_no_more = [](const std::string&) { return false; };
    look();
    EXPECT_EQ(states_of("credential_connections"), "done done done done done") << refusals();
}

TEST_F(Quarantine, SwitchesOffWhatAThiefGaveAnEmptyName)
{
    for (const auto& [attacked, path, name, resource] :
         {std::tuple("add_fax_application", "/fax_applications", "application_name", "fax_applications"),
          std::tuple("add_texml_application", "/texml_applications", "friendly_name",
                     "texml_applications")}) {
        const std::string id(attack(attacked).at("id").as_string());
        seeded.change(path, id, {{name, ""}}, {"thief", "account_owner", true});
        look();
        EXPECT_EQ(states_of(resource), "done") << refusals();
        EXPECT_EQ(seeded.find(path, id)->at("active"), false);
    }
}

TEST_F(Quarantine, WritesNothingIntoAListOfObjectsThatWasEmptied)
{
    const std::string receptionist = "assistant-0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e01";
    seeded.change(
        "/ai/assistants", receptionist,
        {{"tools", json::array{}}, {"dynamic_variables_webhook_url", "https://collector.attacker.example/"}},
        {"thief", "account_owner", true});
    look();
    ASSERT_EQ(states_of("ai_assistants"), "done") << refusals();
    const auto body = json::parse(actions_on("ai_assistants").front().request.body).as_object();
    EXPECT_TRUE(body.contains("dynamic_variables_webhook_url"));
    EXPECT_FALSE(body.contains("tools"));
    EXPECT_TRUE(seeded.find("/ai/assistants", receptionist)->at("tools").is_array());
}

// Nobody knows the password that it had: that finding stays open for a person.
TEST_F(Quarantine, PutsBackTheAuthenticationOfAnFqdnConnectionButForItsPassword)
{
    constexpr auto path = "/fqdn_authentication";
    const std::string id(seeded.at(path, 0).at("connection_id").as_string());
    const auto before = *seeded.find(path, id);
    attack("take_fqdn_authentication");
    look();
    ASSERT_EQ(states_of("fqdn_authentication"), "done") << refusals();
    const auto after = *seeded.find(path, id);
    EXPECT_EQ(after.at("user_name"), before.at("user_name"));
    EXPECT_EQ(after.at("webhook_url"), "") << "it had none";
    EXPECT_EQ(after.at("password"), "CANARY-taken-over-by-the-thief");
    look();
    ASSERT_NE(finding_about("fqdn_authentication"), nullptr);
    EXPECT_EQ(finding_about("fqdn_authentication")->status, finding_status::open);
    EXPECT_EQ(actions_on("fqdn_authentication").size(), 1U) << "once is enough";
}

// An order for a port-out that is rejected with the code for which the API asks.
class QuarantineOfPortouts : public Quarantine {
protected:
    // The body of the request that rejected it.
    json::object reject()
    {
        id = std::string(attack("start_portout").at("id").as_string());
        look();
        EXPECT_EQ(states_of("portouts"), "waiting") << refusals();
        EXPECT_TRUE(guard->approve(actions_on("portouts").front().id));
        round();
        EXPECT_EQ(states_of("portouts"), "done") << actions_on("portouts").front().outcome;
        EXPECT_EQ(seeded.find("/portouts", id)->at("status"), "rejected-pending");
        return json::parse(api->written.back().body).as_object();
    }
    std::string id;
};

TEST_F(QuarantineOfPortouts, NamesTheCodeThatTheApiOffers)
{
    const auto body = reject();
    EXPECT_EQ(body.at("rejection_code").to_number<int>(), 1001);
    EXPECT_EQ(body.at("reason"), "Not authorised by the account owner");
    EXPECT_THAT(actions_on("portouts").front().request.body, HasSubstr("1001"))
        << "the journal says what was sent";
}

TEST_F(QuarantineOfPortouts, AListOfCodesThatCannotBeReadDelaysNothing)
{
    api->cannot_read = [](const std::string& path) { return path.starts_with("/portouts/rejections/"); };
    const auto body = reject();
    EXPECT_FALSE(body.contains("rejection_code"));
    EXPECT_TRUE(body.contains("reason"));
}

// Telnyx may put a rejected order back to pending.
TEST_F(QuarantineOfPortouts, ARejectedOneThatIsPendingAgainWasRecreated)
{
    reject();
    look();
    EXPECT_TRUE(was_told("contained portouts"));
    EXPECT_FALSE(was_told("recreated portouts"));
    seeded.change("/portouts", id, {{"status", "pending"}}, {"telnyx", "telnyx", true});
    look();
    EXPECT_TRUE(was_told("recreated portouts"));
    EXPECT_THAT(finding_about("portouts")->title, HasSubstr("without an answer, Telnyx lets the number go"));
}

struct takeover {
    std::string attack;
    std::string resource;
    std::string state;  // of its action
    friend void PrintTo(const takeover& takeover, std::ostream* to) { *to << takeover.attack; }
};

class QuarantineOfTakeovers : public Quarantine, public testing::WithParamInterface<takeover> {};

// Everything that can be taken back is as it was before.
TEST_P(QuarantineOfTakeovers, ActsAndCanBeUndone)
{
    const auto& [name, resource, state] = GetParam();
    const auto hit = attack(name);
    const std::string path(hit.at("path").as_string());
    const std::string id(hit.at("id").as_string());
    const auto before = shown(path, id);
    look();
    ASSERT_EQ(states_of(resource), state) << refusals();
    const auto done = actions_on(resource).front();
    if (state != "done") {
        EXPECT_TRUE(api->written.empty());
        EXPECT_FALSE(done.held.empty());
        return;
    }
    EXPECT_TRUE(was_told("contained " + resource));
    look();
    look();
    EXPECT_EQ(actions_on(resource).size(), 1U) << "once is enough";
    EXPECT_FALSE(was_told("recreated " + resource));

    const auto undone = undo(done.id);
    ASSERT_EQ(undone.state, action_state::undone) << undone.outcome;
    if (undone.new_id.empty()) {
        EXPECT_EQ(json::serialize(shown(path, id)), json::serialize(before)) << undone.outcome;
    } else {
        for (const auto& field : find_resource(resource)->contain.echo) {
            const std::string name_of_field(field);
            EXPECT_EQ(shown(path, undone.new_id).at(name_of_field), before.at(name_of_field));
        }
    }
    look();
    look();
    EXPECT_EQ(actions_on(resource).size(), 1U) << "what somebody undid is not done again: " << refusals();
    EXPECT_FALSE(was_told("recreated " + resource));
}

INSTANTIATE_TEST_SUITE_P(
    Every, QuarantineOfTakeovers,
    testing::Values(
        takeover{"add_credential_connection", "credential_connections", "done"},
        takeover{"unrestrict_sip_uri", "credential_connections", "done"},
        takeover{"change_connection_webhook", "credential_connections", "done"},
        takeover{"override_caller_id", "credential_connections", "done"},
        takeover{"disable_connection", "credential_connections", "done"},
        takeover{"add_ip_connection", "ip_connections", "done"},
        takeover{"add_fqdn_connection", "fqdn_connections", "done"},
        takeover{"divert_recordings", "custom_storage_credentials", "waiting"},
        takeover{"add_uac_connection", "uac_connections", "done"},
        takeover{"redirect_uac_connection", "uac_connections", "done"},
        takeover{"add_external_connection", "external_connections", "done"},
        takeover{"change_external_connection", "external_connections", "done"},
        takeover{"add_ip", "ips", "done"}, takeover{"change_ip", "ips", "done"},
        takeover{"add_fqdn", "fqdns", "done"}, takeover{"change_fqdn", "fqdns", "done"},
        takeover{"add_telephony_credential", "telephony_credentials", "waiting"},
        takeover{"add_texml_application", "texml_applications", "done"},
        takeover{"change_texml_fallback", "texml_applications", "done"},
        takeover{"add_call_control_application", "call_control_applications", "done"},
        takeover{"change_call_control_webhook", "call_control_applications", "done"},
        takeover{"add_fax_application", "fax_applications", "done"},
        takeover{"change_fax_webhook", "fax_applications", "done"},
        takeover{"add_outbound_profile", "outbound_voice_profiles", "done"},
        takeover{"raise_spend_limit", "outbound_voice_profiles", "done"},
        takeover{"forward_number", "call_forwarding", "done"},
        takeover{"change_forwarding", "call_forwarding", "done"},
        takeover{"translate_number", "number_translation", "done"},
        takeover{"reroute_number", "phone_numbers", "done"},
        takeover{"change_number_messaging", "phone_numbers", "done"},
        takeover{"add_messaging_profile", "messaging_profiles", "done"},
        takeover{"change_messaging_webhook", "messaging_profiles", "done"},
        takeover{"add_user", "organization_users", "waiting"},
        takeover{"add_authentication_provider", "authentication_providers", "done"},
        takeover{"change_identity_provider", "authentication_providers", "done"},
        takeover{"disable_identity_provider", "authentication_providers", "done"},
        takeover{"add_oauth_client", "oauth_clients", "waiting"},
        takeover{"add_oauth_grant", "oauth_grants", "waiting"}, takeover{"add_api_key", "api_keys", "done"},
        takeover{"add_service_account", "service_accounts", "done"},
        takeover{"add_service_account_token", "service_account_tokens", "done"},
        takeover{"divert_whatsapp", "whatsapp_settings", "done"},
        takeover{"disable_iam", "iam_settings", "waiting"}, takeover{"add_iam_grant", "iam_grants", "done"},
        takeover{"add_verify_profile", "verify_profiles", "waiting"},
        takeover{"loosen_verify_profile", "verify_profiles", "done"},
        takeover{"host_number", "hosted_number_orders", "waiting"},
        takeover{"add_mcp_server", "ai_mcp_servers", "done"},
        takeover{"change_mcp_server", "ai_mcp_servers", "done"},
        takeover{"add_ai_tool", "ai_tools", "waiting"}, takeover{"move_short_code", "short_codes", "done"},
        takeover{"intercept_mobile_number", "mobile_phone_numbers", "done"},
        takeover{"forward_mobile_number", "mobile_phone_numbers", "done"},
        takeover{"add_mobile_voice_connection", "mobile_voice_connections", "done"},
        takeover{"change_mobile_voice_connection", "mobile_voice_connections", "done"},
        takeover{"add_access_ip_address", "access_ip_addresses", "done"},
        takeover{"add_access_ip_range", "access_ip_ranges", "done"},
        takeover{"add_integration_secret", "integration_secrets", "waiting"},
        takeover{"add_verified_number", "verified_numbers", "waiting"},
        takeover{"add_wireguard_peer", "wireguard_peers", "waiting"},
        takeover{"add_ai_assistant", "ai_assistants", "waiting"},
        takeover{"change_ai_assistant", "ai_assistants", "done"},
        takeover{"add_managed_account", "managed_accounts", "done"},
        takeover{"start_portout", "portouts", "waiting"},
        takeover{"add_notification_channel", "notification_channels", "done"},
        takeover{"change_notification_channel", "notification_channels", "done"},
        takeover{"add_notification_setting", "notification_settings", "done"},
        takeover{"raise_auto_recharge", "auto_recharge", "done"}),
    [](const auto& which) { return which.param.attack; });

}  // namespace
}  // namespace trunkwarden
