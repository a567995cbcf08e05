#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "simulator/demo_server.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

const std::string branch_office = "59f33aec-8acd-4cd6-b7ef";

class SimulatorManagedAccounts : public testing::Test {
protected:
    raw_answer send_inside(std::string_view method, const std::string& path, std::string_view body = "",
                           const std::string& id = branch_office)
    {
        return demo.client.send(method, path, body, {{"X-Managed-Account-Id", id}});
    }
    std::string ips_of(std::string_view arguments)
    {
        return json::serialize(demo.control("state", arguments));
    }

    demo_server demo{
        options{.managed_accounts = {{branch_office, fakes::in_project("config/demo/account.yml")}}}};
};

TEST_F(SimulatorManagedAccounts, AreReadAndChangedThroughTheHeader)
{
    const raw_answer removed = send_inside("DELETE", "/ips/1293384261075731520");
    EXPECT_EQ(removed.status, 200U) << removed.body;
    EXPECT_EQ(send_inside("GET", "/ips/1293384261075731520").status, 404U);
    EXPECT_EQ(demo.client.get("/ips/1293384261075731520").status, 200U) << "the manager still has his";
    EXPECT_EQ(text_at(json::parse(send_inside("GET", "/ips").body), "/meta/total_results"), "1");
    EXPECT_EQ(text_at(demo.read("/ips"), "/meta/total_results"), "2");
    EXPECT_EQ(text_at(demo.control("requests"), "/by_managed_account/" + branch_office), "3");
}

TEST_F(SimulatorManagedAccounts, AreNoOthersThanThose)
{
    EXPECT_EQ(send_inside("GET", "/ips", "", "somebody-elses").status, 403U);
    EXPECT_THROW(demo.control("state", R"({"path": "/ips", "managed_account_id": "somebody-elses"})"),
                 std::invalid_argument);
}

TEST_F(SimulatorManagedAccounts, AreAttackedByTheirName)
{
    demo.control("attack", R"({"name": "add_ip", "managed_account_id": ")" + branch_office + "\"}");
    EXPECT_NE(
        ips_of(R"({"path": "/ips", "managed_account_id": ")" + branch_office + "\"}").find("192.0.2.66"),
        std::string::npos);
    EXPECT_EQ(ips_of(R"({"path": "/ips"})").find("192.0.2.66"), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden::simulator
