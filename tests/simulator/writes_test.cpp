#include <gtest/gtest.h>

#include <thread>

#include "simulator/demo_server.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

const std::string office = "/credential_connections/1293384261075731499";

TEST(Simulator, RefusesAPatchWithoutItsRequiredFields)
{
    demo_server demo;
    const raw_answer refused = demo.client.send("PATCH", ivr, R"({"active": false})");
    EXPECT_EQ(refused.status, 422U);
    EXPECT_EQ(text_at(json::parse(refused.body), "/errors/0/source/pointer"), "/friendly_name");
    EXPECT_EQ(text_at(demo.read(ivr), "/data/active"), "true");
    const raw_answer taken = demo.client.send(
        "PATCH", ivr,
        R"({"active": false, "friendly_name": "ivr", "voice_url": "https://ivr.example.com/start.xml"})");
    EXPECT_EQ(taken.status, 200U);
    EXPECT_EQ(text_at(demo.read(ivr), "/data/active"), "false");
}

TEST(Simulator, RequiresNestedFieldsOnlyWhereTheirParentIsGiven)
{
    demo_server demo;
    const std::string provider = "/authentication_providers/a2f0c9f4-3d2b-4f83-9a55-0b6f5a4d7e01";
    EXPECT_EQ(demo.client.send("PATCH", provider, R"({"active": false})").status, 200U);
    EXPECT_EQ(
        demo.client.send("PATCH", provider, R"({"settings": {"idp_entity_id": "https://x.example"}})").status,
        422U);
}

TEST(Simulator, RefusesWrongTypesNullsAndValues)
{
    demo_server demo;
    for (const char* body :
         {R"({"active": "no"})", R"({"active": null})", R"({"sip_uri_calling_preference": "anything"})",
          R"({"outbound": {"outbound_voice_profile_id": null}})", R"({"password": "short"})", "[]", "{"}) {
        const raw_answer got = demo.client.send("PATCH", office, body);
        EXPECT_GE(got.status, 400U) << body;
        EXPECT_EQ(text_at(json::parse(got.body), "/errors/0/code"), "10015") << body;
    }
    EXPECT_EQ(demo.client.send("PATCH", forwarded, R"({"call_forwarding": {"forwards_to": null}})").status,
              422U);
    EXPECT_EQ(demo.client.send("PATCH", forwarded, R"({"call_forwarding": {"forwards_to": ""}})").status,
              200U);
}

TEST(Simulator, MergesNestedChangesAndLeavesTheRest)
{
    demo_server demo;
    demo.client.send("PATCH", forwarded, R"({"call_forwarding": {"call_forwarding_enabled": false}})");
    const json::value after = demo.read(forwarded);
    EXPECT_EQ(text_at(after, "/data/call_forwarding/call_forwarding_enabled"), "false");
    EXPECT_EQ(text_at(after, "/data/call_forwarding/forwards_to"), "+14155550199");
    EXPECT_EQ(text_at(demo.read("/phone_numbers/1293384261075732002"), "/data/call_forwarding_enabled"),
              "false");
}

TEST(Simulator, IgnoresFieldsItDoesNotKnowAndFieldsThatCannotBeChanged)
{
    demo_server demo;
    const std::string teams = "/fqdn_connections/1293384261075731530";
    EXPECT_EQ(
        demo.client.send("PATCH", teams, R"({"actve": false, "password": "another-password", "id": "1"})")
            .status,
        200U);
    const json::value after = demo.read(teams);
    EXPECT_EQ(text_at(after, "/data/actve"), "(missing)");
    EXPECT_EQ(text_at(after, "/data/password"), "CANARY-teams-password");
}

TEST(Simulator, MovesANumberToAnotherConnectionByNameToo)
{
    demo_server demo;
    demo.client.send("PATCH", "/phone_numbers/1293384261075732001",
                     R"({"connection_id": "1293384261075731510"})");
    EXPECT_EQ(text_at(demo.read("/phone_numbers/1293384261075732001"), "/data/connection_name"), "sbc");
    EXPECT_EQ(text_at(demo.read("/phone_numbers/voice"), "/data/0/connection_id"), "1293384261075731510");
}

TEST(Simulator, CreatesReadsAndDeletes)
{
    demo_server demo;
    const raw_answer made = demo.client.send(
        "POST", "/ips", R"({"connection_id": "1293384261075731510", "ip_address": "198.51.100.9"})");
    ASSERT_EQ(made.status, 201U);
    const json::value body = json::parse(made.body);
    const std::string id = text_at(body, "/data/id");
    EXPECT_EQ(id.size(), 19U);
    EXPECT_EQ(text_at(body, "/data/port"), "5060");
    EXPECT_EQ(text_at(demo.read("/ips/" + id), "/data/ip_address"), "198.51.100.9");
    EXPECT_EQ(text_at(demo.read("/ips"), "/meta/total_results"), "3");
    const raw_answer gone = demo.client.send("DELETE", "/ips/" + id);
    EXPECT_EQ(gone.status, 200U);
    EXPECT_EQ(text_at(json::parse(gone.body), "/data/id"), id);
    EXPECT_EQ(demo.client.get("/ips/" + id).status, 404U);
    EXPECT_EQ(demo.client.send("DELETE", "/ips/" + id).status, 404U);
}

TEST(Simulator, AnswersDeletionsAsTheApiDoes)
{
    demo_server demo;
    const raw_answer client =
        demo.client.send("DELETE", "/oauth_clients/9c1b7c36-0c0f-4a52-8d7e-4a1f6f1d2a01");
    EXPECT_EQ(client.status, 204U);
    EXPECT_EQ(client.body, "");
    const raw_answer assistant =
        demo.client.send("DELETE", "/ai/assistants/assistant-0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e01");
    EXPECT_EQ(text_at(json::parse(assistant.body), "/deleted"), "true");
    const raw_answer number = demo.client.send("DELETE", "/verified_numbers/%2B14155550150");
    EXPECT_EQ(text_at(json::parse(number.body), "/data/phone_number"), "+14155550150");
}

TEST(Simulator, UsesTheMethodsOfTheApi)
{
    demo_server demo;
    const std::string client = "/oauth_clients/9c1b7c36-0c0f-4a52-8d7e-4a1f6f1d2a01";
    EXPECT_EQ(demo.client.send("PATCH", client, R"({"redirect_uris": []})").status, 404U);
    EXPECT_EQ(demo.client.send("PUT", client, R"({"redirect_uris": []})").status, 200U);
    EXPECT_EQ(text_at(demo.read(client), "/data/redirect_uris"), "[]");
    const std::string assistant = "/ai/assistants/assistant-0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e01";
    EXPECT_EQ(demo.client.send("POST", assistant, R"({"enabled_features": []})").status, 200U);
    EXPECT_EQ(text_at(demo.read(assistant), "/enabled_features"), "[]");
    EXPECT_EQ(demo.client.send("POST", "/api_keys", R"({"name": "x"})").status, 404U);
}

TEST(Simulator, SpeaksTheErrorShapesOfOauthAndAi)
{
    demo_server demo;
    const raw_answer oauth = demo.client.send("POST", "/oauth_clients", R"({"name": "x"})");
    EXPECT_EQ(oauth.status, 422U);
    EXPECT_EQ(text_at(json::parse(oauth.body), "/error"), "invalid_request");
    const raw_answer ai = demo.client.send("POST", "/ai/assistants", R"({"name": "x"})");
    EXPECT_EQ(ai.status, 422U);
    EXPECT_EQ(text_at(json::parse(ai.body), "/detail/0/loc/1"), "instructions");
}

TEST(Simulator, CarriesOutTheActions)
{
    demo_server demo;
    const std::string profile = "/messaging_profiles/16fd2706-8baf-433b-82eb-8c7fada84701";
    const std::string before = text_at(demo.read(profile), "/data/v1_secret");
    const raw_answer fresh = demo.client.send("POST", profile + "/actions/regenerate_secret");
    EXPECT_EQ(fresh.status, 200U);
    EXPECT_NE(text_at(demo.read(profile), "/data/v1_secret"), before);

    const std::string user = "/organizations/users/6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c03";
    EXPECT_EQ(demo.client.send("POST", user + "/actions/remove").status, 200U);
    EXPECT_EQ(demo.client.get(user).status, 404U);

    const std::string portout = text_at(demo.control("attack", R"({"name": "start_portout"})"), "/id");
    EXPECT_EQ(demo.client.send("PATCH", "/portouts/" + portout + "/rejected-pending", "{}").status, 422U);
    EXPECT_EQ(
        demo.client.send("PATCH", "/portouts/" + portout + "/rejected-pending", R"({"reason": "fraud"})")
            .status,
        200U);
    EXPECT_EQ(text_at(demo.read("/portouts/" + portout), "/data/status"), "rejected-pending");

    EXPECT_EQ(demo.client.send("PATCH", "/payment/auto_recharge_prefs", R"({"enabled": false})").status,
              200U);
    EXPECT_EQ(text_at(demo.read("/payment/auto_recharge_prefs"), "/data/enabled"), "false");
    EXPECT_EQ(text_at(demo.read("/payment/auto_recharge_prefs"), "/data/recharge_amount"), "100.00");
}

TEST(Simulator, RefusesToSwitchOffAKeyThatHasExpired)
{
    demo_server demo;
    const std::string key = text_at(demo.control("attack", R"({"name": "add_api_key"})"), "/id");
    demo.control("patch", R"({"path": "/api_keys", "id": ")" + key +
                              R"(", "changes": {"expires_at": "2025-01-01T00:00:00Z"}})");
    EXPECT_EQ(demo.client.send("POST", "/iam/api_keys/" + key + "/actions/deactivate", "").status, 422U);
    demo.control("patch",
                 R"({"path": "/api_keys", "id": ")" + key + R"(", "changes": {"expires_at": null}})");
    EXPECT_EQ(demo.client.send("POST", "/iam/api_keys/" + key + "/actions/deactivate", "").status, 200U);
}

// An action that is gone, and a field that it never took.
TEST(Simulator, KnowsWhatUacConnectionsDoNotTake)
{
    demo_server demo;
    const std::string path = "/uac_connections/" + text_at(demo.read("/uac_connections"), "/data/0/id");
    const std::string before = text_at(demo.read(path), "/data/inbound/sip_subdomain_receive_settings");
    const raw_answer taken =
        demo.client.send("PATCH", path,
                         R"({"inbound": {"sip_subdomain_receive_settings": ")" +
                             std::string(before == "from_anyone" ? "only_my_connections" : "from_anyone") +
                             R"(", "channel_limit": 7}})");
    EXPECT_EQ(taken.status, 200U);
    EXPECT_EQ(text_at(demo.read(path), "/data/inbound/sip_subdomain_receive_settings"), before);
    EXPECT_EQ(text_at(demo.read(path), "/data/inbound/channel_limit"), "7");
    EXPECT_EQ(demo.client.send("POST", path + "/actions/check_registration_status", "").status, 410U);
    EXPECT_EQ(demo.client.send("POST", office + "/actions/check_registration_status", "").status, 200U);
}

TEST(Simulator, WritesAnAuditEventForEveryChange)
{
    demo_server demo;
    EXPECT_EQ(text_at(demo.read("/audit_events"), "/meta/total_results"), "0");
    demo.client.send("PATCH", office, R"({"outbound": {"channel_limit": 3}})");
    demo.control("attack", R"({"name": "add_ip", "user_id": "0b0b0b0b-0000-4000-8000-000000000001"})");
    demo.control("create", R"({"path": "/ips", "object": {"ip_address": "192.0.2.1"}, "audit": false})");
    const json::value log = demo.read("/audit_events?sort=asc");
    ASSERT_EQ(text_at(log, "/meta/total_results"), "2");
    EXPECT_EQ(text_at(log, "/data/0/resource_id"), "1293384261075731499");
    EXPECT_EQ(text_at(log, "/data/0/changes/0/field"), "outbound.channel_limit");
    EXPECT_EQ(text_at(log, "/data/0/changes/0/from"), "10");
    EXPECT_EQ(text_at(log, "/data/0/changes/0/to"), "3");
    EXPECT_EQ(text_at(log, "/data/1/change_type"), "create");
    EXPECT_EQ(text_at(log, "/data/1/user_id"), "0b0b0b0b-0000-4000-8000-000000000001");
    const std::string last = text_at(log, "/data/1/created_at");
    EXPECT_EQ(text_at(demo.read("/audit_events?filter[created_after]=" + last), "/meta/total_results"), "0");
    EXPECT_EQ(text_at(demo.read("/audit_events?filter[created_before]=2020-01-01T00:00:00Z"),
                      "/meta/total_results"),
              "0");
    EXPECT_EQ(text_at(demo.read("/audit_events"), "/data/0/change_type"), "create");
}

TEST(Simulator, ServesSeveralClientsAtOnce)
{
    demo_server demo;
    std::vector<std::thread> clients;
    clients.reserve(16);
    std::atomic<int> good = 0;
    for (int i = 0; i < 16; ++i) {
        clients.emplace_back([&] {
            raw_client own(demo.running);
            for (int n = 0; n < 20; ++n) {
                good += own.get("/phone_numbers/voice").status == 200 ? 1 : 0;
            }
        });
    }
    for (std::thread& each : clients) {
        each.join();
    }
    EXPECT_EQ(good, 320);
    EXPECT_EQ(text_at(demo.control("requests"), "/connections"), "17");
}

}  // namespace
}  // namespace trunkwarden::simulator
