#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <thread>

#include "simulator/demo_server.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

TEST(SimulatorControl, AttacksEveryListThereIs)
{
    demo_server demo;
    std::set<std::string> touched;
    const json::value attacks = demo.control("attacks");
    for (const json::value& each : attacks.as_array()) {
        const std::string name = text_at(each, "/name");
        const json::value before = demo.control("state", R"({"path": "/audit_events"})");
        const json::value done = demo.control("attack", R"({"name": ")" + name + "\"}");
        EXPECT_EQ(text_at(done, "/path"), text_at(each, "/path")) << name;
        EXPECT_TRUE(done.at("object").is_object()) << name;
        touched.insert(text_at(done, "/path"));
        if (name != "drain_balance") {
            const json::value after = demo.control("state", R"({"path": "/audit_events"})");
            EXPECT_GT(after.at("data").as_array().size(), before.at("data").as_array().size()) << name;
        }
    }
    for (const endpoint& each : endpoints()) {
        const bool view_or_uncontained = each.path == "/phone_numbers/slim" || each.path == "/iam/api_keys" ||
                                         each.path == "/notification_profiles";
        EXPECT_TRUE(view_or_uncontained || touched.contains(std::string(each.path))) << each.path;
    }
}

TEST(SimulatorControl, LeavesWhatTheThiefWouldLeave)
{
    demo_server demo;
    const json::value ip = demo.control("attack", R"({"name": "add_ip", "object": {"port": 5099}})");
    EXPECT_EQ(text_at(ip, "/object/connection_id"), "1293384261075731510");
    EXPECT_EQ(text_at(demo.read("/ips/" + text_at(ip, "/id")), "/data/port"), "5099");

    demo.control("attack", R"({"name": "loosen_outbound_profile", "id": "1293384261075731501"})");
    const json::value profile = demo.read("/outbound_voice_profiles/1293384261075731501");
    EXPECT_EQ(text_at(profile, "/data/daily_spend_limit"), "null");
    EXPECT_EQ(text_at(profile, "/data/name"), "norway");

    demo.control("attack", R"({"name": "reroute_number"})");
    EXPECT_EQ(text_at(demo.read("/phone_numbers"), "/data/3/connection_name"), "softphones");

    demo.control("attack", R"({"name": "replace_integration_secret"})");
    const json::value secrets = demo.read("/integration_secrets");
    EXPECT_EQ(text_at(secrets, "/data/0/identifier"), "openai-key");
    EXPECT_NE(text_at(secrets, "/data/0/id"), "5f0a4a55-5a09-4d4f-8c66-2b9d5c3a1f01");
}

TEST(SimulatorControl, CreatesChangesAndDeletesAsTheThief)
{
    demo_server demo;
    const json::value made =
        demo.control("create", R"({"path": "/organizations/users", "object": {"email": "x@example.com"}})");
    const std::string id = text_at(made, "/id");
    EXPECT_EQ(text_at(made, "/user_status"), "enabled");
    demo.control("patch", R"({"path": "/organizations/users", "id": ")" + id +
                              R"(", "changes": {"user_status": "blocked"}})");
    EXPECT_EQ(text_at(demo.read("/organizations/users/" + id), "/data/user_status"), "blocked");
    demo.control("delete", R"({"path": "/organizations/users", "id": ")" + id + "\"}");
    EXPECT_EQ(demo.client.get("/organizations/users/" + id).status, 404U);
    demo.control("patch", R"({"path": "/balance", "changes": {"balance": "3.00"}})");
    EXPECT_EQ(text_at(demo.read("/balance"), "/data/balance"), "3.00");
}

TEST(SimulatorControl, SpendsAndTopsUp)
{
    demo_server demo;
    const auto available = [&demo] { return text_at(demo.read("/balance"), "/data/available_credit"); };
    EXPECT_EQ(available(), "400.00");
    demo.control("money", R"({"spend": "45.5"})");
    EXPECT_EQ(available(), "354.50");
    EXPECT_EQ(text_at(demo.read("/balance"), "/data/balance"), "254.50");
    demo.control("money", R"({"top_up": "100.00"})");
    EXPECT_EQ(available(), "454.50");
    demo.control("money", R"({"spend": "500"})");
    EXPECT_EQ(available(), "-45.50");
    EXPECT_THROW(demo.control("money", R"({"spend": "1.234"})"), std::invalid_argument);
    EXPECT_THROW(demo.control("money"), std::invalid_argument);
}

TEST(SimulatorControl, SaysWhatIsWrongWithACommand)
{
    demo_server demo;
    EXPECT_THROW(demo.control("dance"), std::invalid_argument);
    EXPECT_THROW(demo.control("attack", R"({"name": "steal_the_moon"})"), std::invalid_argument);
    EXPECT_THROW(demo.control("create", R"({"object": {}})"), std::invalid_argument);
    EXPECT_THROW(demo.control("patch", R"({"path": "/ips", "id": "1", "changes": {}})"),
                 std::invalid_argument);
    EXPECT_THROW(demo.control("set", R"({"colour": 1})"), std::invalid_argument);
    EXPECT_THROW(demo.control("state", "[]"), std::invalid_argument);
    const raw_answer got = demo.client.send("POST", "/_simulator/dance", "{}");
    EXPECT_EQ(got.status, 400U);
    EXPECT_NE(got.body.find("dance"), std::string::npos);
}

TEST(SimulatorControl, WorksOverHttpWithoutAKey)
{
    demo_server demo;
    demo.client.use_key("");
    const raw_answer got = demo.client.send("POST", "/_simulator/attack", R"({"name": "add_ip"})");
    EXPECT_EQ(got.status, 200U);
    EXPECT_EQ(text_at(json::parse(got.body), "/object/ip_address"), "192.0.2.66");
    EXPECT_EQ(demo.client.get("/_simulator/attacks").status, 200U);
}

TEST(SimulatorControl, CountsRequestsAndKeepsWrites)
{
    demo_server demo;
    demo.client.get("/ips?page[size]=1");
    demo.client.get("/ips");
    demo.client.send("PATCH", "/ips/1293384261075731520", R"({"ip_address": "192.0.2.9"})");
    const json::value seen = demo.control("requests");
    EXPECT_EQ(text_at(seen, "/total"), "3");
    EXPECT_EQ(seen.at("by_path").at("/ips").as_int64(), 2);
    EXPECT_EQ(text_at(seen, "/connections"), "1");
    EXPECT_EQ(text_at(seen, "/writes/0/method"), "PATCH");
    EXPECT_EQ(text_at(seen, "/writes/0/path"), "/ips/1293384261075731520");
    EXPECT_EQ(text_at(seen, "/writes/0/body"), R"({"ip_address": "192.0.2.9"})");
    demo.control("reset_requests");
    EXPECT_EQ(text_at(demo.control("requests"), "/total"), "0");
}

TEST(SimulatorControl, AdvertisesAndEnforcesARateLimit)
{
    demo_server demo;
    EXPECT_EQ(demo.client.get("/ips").header("x-ratelimit-limit"), "");
    demo.control("set", R"({"rate_limit": 2})");
    EXPECT_EQ(demo.client.get("/ips").header("x-ratelimit-remaining"), "1");
    EXPECT_EQ(demo.client.get("/ips").header("x-ratelimit-remaining"), "0");
    const raw_answer over = demo.client.get("/ips");
    EXPECT_EQ(over.status, 429U);
    EXPECT_EQ(text_at(json::parse(over.body), "/errors/0/code"), "10011");
    EXPECT_LE(std::stoi(over.header("x-ratelimit-reset")), 60);
    EXPECT_EQ(over.header("x-ratelimit-limit"), "2, 2;w=60");
    EXPECT_EQ(over.header("retry-after"), "") << "the real API sends none";
    EXPECT_EQ(demo.client.get("/fqdns").status, 200U) << "each endpoint has its own limit";
}

TEST(SimulatorControl, TellsARateLimitInEveryForm)
{
    demo_server demo;
    const auto told = [&demo](const std::string& form) {
        demo.control("set", R"({"rate_limit": 5, "rate_form": ")" + form + "\"}");
        return demo.client.get("/ips");
    };
    EXPECT_EQ(told("list").header("x-ratelimit-limit"), "5, 5;w=60");
    EXPECT_EQ(told("bare").header("x-ratelimit-limit"), "5");
    EXPECT_GT(std::stoll(told("epoch").header("x-ratelimit-reset")), 1'700'000'000);
    EXPECT_EQ(told("missing").header("x-ratelimit-limit"), "");
    EXPECT_EQ(told("garbage").header("x-ratelimit-remaining"), "-1");
    demo.control("set", R"({"rate_limit": 0})");
    demo.control("fault",
                 R"({"kind": "headers", "path": "/ips", "headers": {"x-ratelimit-limit": "1, 1;w=1"}})");
    EXPECT_EQ(demo.client.get("/ips").header("x-ratelimit-limit"), "1, 1;w=1");
}

TEST(SimulatorControl, RendersEveryPageBeforehandWhenAsked)
{
    server running(generate_account(600), options{.tls = false});
    const json::value warmed = json::parse(running.control("warm"));
    EXPECT_GE(warmed.at("pages").as_int64(), 4 * 3);
}

TEST(SimulatorControl, ChangesTheKeyThatIsAccepted)
{
    demo_server demo;
    demo.control("set", R"({"api_key": "KEY_fresh"})");
    EXPECT_EQ(demo.client.get("/ips").status, 401U);
    demo.client.use_key("KEY_fresh");
    EXPECT_EQ(demo.client.get("/ips").status, 200U);
}

TEST(SimulatorServer, RemovesItsDirectoryAtTheEnd)
{
    std::string ca;
    {
        demo_server demo;
        ca = demo.running.ca_file();
        EXPECT_TRUE(std::filesystem::exists(ca));
        EXPECT_EQ(demo.running.url(), "https://127.0.0.1:" + std::to_string(demo.running.port()) + "/v2");
    }
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(ca).parent_path()));
}

TEST(SimulatorServer, SpeaksPlainHttpWhenAsked)
{
    demo_server demo(options{.tls = false});
    EXPECT_EQ(demo.running.url().substr(0, 7), "http://");
    EXPECT_EQ(demo.running.ca_file(), "");
    EXPECT_EQ(demo.client.get("/ips").status, 200U);
}

}  // namespace
}  // namespace trunkwarden::simulator
