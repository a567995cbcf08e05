#include <gtest/gtest.h>

#include <string>

#include "simulator/demo_server.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

constexpr auto by_lee = R"({"path": "/ips", "id": "1293384261075731520", "changes": {"port": 6001},
                            "user_id": "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c02", "audit": false})";

json::array entries(demo_server& demo, const std::string& query = "")
{
    return demo.read("/iam/access_logs" + query).at("data").as_array();
}

TEST(SimulatorAccessLog, HasTheRequestsOfEverybodyButTheOwner)
{
    demo_server demo;
    demo.control("patch", R"({"path": "/ips", "id": "1293384261075731520", "changes": {"port": 6000}})");
    EXPECT_TRUE(entries(demo).empty()) << "the owner made it";
    demo.control("patch", by_lee);
    const auto shown = entries(demo);
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(text_at(shown.front(), "/method"), "PATCH");
    EXPECT_EQ(text_at(shown.front(), "/path"), "/v2/ips/1293384261075731520");
    EXPECT_EQ(text_at(shown.front(), "/user_id"), "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c02");
    EXPECT_TRUE(entries(demo, "?start_time=2099-01-01T00:00:00.000Z").empty());
}

TEST(SimulatorAccessLog, ComesInPages)
{
    demo_server demo;
    demo.control("patch", by_lee);
    demo.control("patch", by_lee);
    const auto first = demo.read("/iam/access_logs?page%5Bsize%5D=1");
    const auto after = text_at(first, "/metadata/cursors/after");
    EXPECT_EQ(after, "1");
    const auto second = demo.read("/iam/access_logs?page%5Bsize%5D=1&page%5Bafter%5D=" + after);
    EXPECT_EQ(second.at("data").as_array().size(), 1U);
    EXPECT_EQ(text_at(second, "/metadata/cursors/after"), "null");
}

TEST(SimulatorAccessLog, IsEmptyWhereIamIsOff)
{
    demo_server demo;
    demo.control("patch", R"({"path": "/iam/settings", "changes": {"enabled": false}})");
    demo.control("patch", by_lee);
    EXPECT_TRUE(entries(demo).empty());
}

}  // namespace
}  // namespace trunkwarden::simulator
