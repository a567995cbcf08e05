#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "simulator/demo_server.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

// The ids on a page of the log, as it is shown.
std::vector<std::string> ids(demo_server& demo, const std::string& query = "?sort=asc")
{
    const json::value log = demo.read("/audit_events" + query);
    std::vector<std::string> out;
    for (const json::value& each : log.at("data").as_array()) {
        out.push_back(each.is_object() ? text_at(each, "/id") : "(no event)");
    }
    return out;
}

// A demo account in which so many things have happened.
struct busy_account : demo_server {
    explicit busy_account(int events)
    {
        for (int i = 0; i < events; ++i) {
            control("patch", R"({"path": "/ips", "id": "1293384261075731520", "changes": {"port": )" +
                                 std::to_string(6000 + i) + "}}");
        }
    }
};

TEST(SimulatorAuditLog, ShowsEventsLateWhenAsked)
{
    busy_account demo(1);
    demo.control("fault", R"({"kind": "audit_late", "ms": 300})");
    EXPECT_EQ(ids(demo).size(), 0U);
    const auto start = std::chrono::steady_clock::now();
    while (ids(demo).empty() && std::chrono::steady_clock::now() - start < std::chrono::seconds(10)) {
    }
    EXPECT_EQ(ids(demo).size(), 1U) << "it came by itself";
    demo.control("fault", R"({"kind": "audit_late", "ms": 600000})");
    EXPECT_EQ(ids(demo).size(), 0U);
    demo.control("clear_faults");
    EXPECT_EQ(ids(demo).size(), 1U);
}

TEST(SimulatorAuditLog, ShowsEventsUnorderedWhenAsked)
{
    busy_account demo(5);
    const auto ordered = ids(demo);
    demo.control("fault", R"({"kind": "audit_unordered"})");
    const auto mixed = ids(demo);
    EXPECT_NE(mixed, ordered);
    EXPECT_EQ(std::set(mixed.begin(), mixed.end()), std::set(ordered.begin(), ordered.end()));
}

TEST(SimulatorAuditLog, RepeatsAnEventOnAPageAndOnTheNextWhenAsked)
{
    busy_account demo(5);
    const auto all = ids(demo);
    demo.control("fault", R"({"kind": "audit_repeated"})");
    EXPECT_EQ(ids(demo, "?sort=asc&page[size]=3"),
              (std::vector<std::string>{all[0], all[1], all[2], all[0]}));
    EXPECT_EQ(ids(demo, "?sort=asc&page[size]=3&page[number]=2"),
              (std::vector<std::string>{all[2], all[3], all[4], all[3]}));
}

TEST(SimulatorAuditLog, IsEmptyWhenAskedAndAsOftenAsAsked)
{
    busy_account demo(2);
    demo.control("fault", R"({"kind": "audit_empty", "times": 1})");
    const json::value log = demo.read("/audit_events");
    EXPECT_EQ(log.at("data").as_array().size(), 0U);
    EXPECT_EQ(text_at(log, "/meta/total_results"), "0");
    EXPECT_EQ(ids(demo).size(), 2U);
}

TEST(SimulatorAuditLog, ShowsEventsOfUnknownKindsWhenAsked)
{
    busy_account demo(1);
    demo.control("fault", R"({"kind": "audit_odd"})");
    const json::value log = demo.read("/audit_events?sort=asc");
    const json::array& items = log.at("data").as_array();
    ASSERT_EQ(items.size(), 9U);
    EXPECT_EQ(text_at(log, "/meta/total_results"), "9");
    EXPECT_EQ(text_at(items[1], "/id"), "9001000000000000001");
    EXPECT_TRUE(items[1].at("id").is_number()) << "not a text";
    EXPECT_EQ(text_at(items[1], "/record_type"), "mystery_record");
    EXPECT_FALSE(items[2].as_object().contains("changes"));
    EXPECT_FALSE(items[4].as_object().contains("id"));
    EXPECT_TRUE(items[8].is_null());
}

TEST(SimulatorAuditLog, FailsLikeAnyOtherPath)
{
    busy_account demo(1);
    demo.control("fault", R"({"path": "/audit_events", "kind": "status", "status": 500, "times": 1})");
    EXPECT_EQ(demo.client.get("/audit_events").status, 500U);
    demo.control("fault", R"({"path": "/audit_events", "kind": "truncate", "times": 1})");
    EXPECT_FALSE(demo.client.get("/audit_events").complete);
    demo.client.reconnect();
    EXPECT_EQ(ids(demo).size(), 1U);
}

TEST(SimulatorAuditLog, StopsForOneAnswerWhenAsked)
{
    demo_server demo;
    demo.control("fault", R"({"kind": "stale_audit", "times": 1})");
    demo.control("attack", R"({"name": "add_ip"})");
    EXPECT_EQ(ids(demo).size(), 0U);
    EXPECT_EQ(ids(demo).size(), 1U);
}

TEST(SimulatorAuditLog, SelectsByTimeWithAndWithoutFractions)
{
    busy_account demo(1);
    const std::string at = text_at(demo.read("/audit_events"), "/data/0/created_at");
    EXPECT_EQ(ids(demo, "?filter[created_after]=" + at.substr(0, 19) + "Z").size(), 1U)
        << "the whole second before " << at;
    EXPECT_EQ(ids(demo, "?filter%5Bcreated_after%5D=" + at).size(), 0U);
    EXPECT_EQ(ids(demo, "?filter[created_before]=" + at).size(), 0U);
}

TEST(SimulatorAuditLog, IsWrittenOnlyWhileAuditingIsOn)
{
    demo_server demo;
    demo.control("set", R"({"audit": false})");
    demo.control("attack", R"({"name": "add_ip"})");
    EXPECT_EQ(ids(demo).size(), 0U);
    demo.control("set", R"({"audit": true})");
    demo.control("attack", R"({"name": "change_ip"})");
    EXPECT_EQ(ids(demo).size(), 1U);
    EXPECT_THROW(demo.control("set", R"({"audit": "no"})"), std::invalid_argument);
}

TEST(SimulatorAuditLog, IsAllThatATakeoverOfAUserLeaves)
{
    demo_server demo;
    const json::value users = demo.read("/organizations/users");
    for (const char* name : {"change_user_password", "change_user_email", "disable_two_factor"}) {
        demo.control("attack", std::string(R"({"name": ")") + name + "\"}");
    }
    EXPECT_EQ(demo.read("/organizations/users"), users);
    const json::value log = demo.read("/audit_events?sort=asc");
    EXPECT_EQ(text_at(log, "/data/0/changes/0/from"), "CANARY-password-of-the-owner") << "a secret in clear";
    EXPECT_EQ(text_at(log, "/data/0/changes/0/to"), "CANARY-password-of-the-thief");
    EXPECT_EQ(text_at(log, "/data/0/resource_id"), text_at(users, "/data/1/id"));
    EXPECT_EQ(text_at(log, "/data/1/changes/0/from"), text_at(users, "/data/1/email"));
    EXPECT_EQ(text_at(log, "/data/1/changes/0/to"), "it-support@attacker.example");
    EXPECT_EQ(text_at(log, "/data/2/changes/0/field"), "two_factor_enabled");
}

TEST(SimulatorAuditLog, ShowsTheSecretsThatChangedInClear)
{
    demo_server demo;
    const std::string id =
        text_at(demo.control("attack", R"({"name": "change_connection_password"})"), "/id");
    const json::value log = demo.read("/audit_events");
    EXPECT_EQ(text_at(log, "/data/0/resource_id"), id);
    EXPECT_EQ(text_at(log, "/data/0/changes/0/field"), "password");
    EXPECT_NE(text_at(log, "/data/0/changes/0/from"), "null");
    EXPECT_EQ(text_at(log, "/data/0/changes/0/to"), "CANARY-taken-over-by-the-thief");
}

}  // namespace
}  // namespace trunkwarden::simulator
