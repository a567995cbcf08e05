#include <gtest/gtest.h>

#include <string>

#include "simulator/demo_server.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

constexpr auto masked = "********";
const std::string trunk_path = "/credential_connections/1293384261075731499";
const std::string uac_path = "/uac_connections/1293384261075731550";
const std::string authentication_path = "/fqdn_connections/1293384261075731530/fqdn_authentication";

class SimulatorMasking : public testing::Test {
protected:
    json::value patch(const std::string& path, const std::string& body)
    {
        const raw_answer got = demo.client.send("PATCH", path, body);
        EXPECT_EQ(got.status, 200U) << got.body;
        return json::parse(got.body);
    }

    demo_server demo{options{.mask_passwords = true}};
};

TEST_F(SimulatorMasking, HidesPasswordsInListsAndObjects)
{
    for (const std::string& list : {std::string("/credential_connections"), std::string("/fqdn_connections"),
                                    std::string("/uac_connections")}) {
        const json::value shown = demo.read(list);
        EXPECT_EQ(text_at(shown, "/data/0/password"), masked) << list;
        EXPECT_EQ(json::serialize(shown.at("data")).find("-password\""), std::string::npos) << list;
    }
    EXPECT_EQ(text_at(demo.read(trunk_path), "/data/password"), masked);
    EXPECT_EQ(text_at(demo.read(uac_path), "/data/external_uac_settings/password"), masked);
    EXPECT_EQ(text_at(demo.read(uac_path), "/data/external_uac_settings/username"), "branch01");
    EXPECT_EQ(text_at(demo.read(authentication_path), "/data/password"), masked);
    EXPECT_EQ(text_at(demo.read("/telephony_credentials"), "/data/0/sip_password"),
              "CANARY-front-desk-password")
        << "the API does not say that it masks these";
}

TEST_F(SimulatorMasking, ShowsAPasswordInTheAnswerThatSetsIt)
{
    const raw_answer made = demo.client.send(
        "POST", "/credential_connections",
        R"({"connection_name": "new", "user_name": "newuser01", "password": "CANARY-first"})");
    ASSERT_EQ(made.status, 201U) << made.body;
    EXPECT_EQ(text_at(json::parse(made.body), "/data/password"), "CANARY-first");
    EXPECT_EQ(text_at(patch(trunk_path, R"({"password": "CANARY-second"})"), "/data/password"),
              "CANARY-second");
    EXPECT_EQ(text_at(patch(authentication_path, R"({"password": "CANARY-third"})"), "/data/password"),
              "CANARY-third");
    const json::value uac = patch(uac_path, R"({"external_uac_settings": {"password": "CANARY-fourth"}})");
    EXPECT_EQ(text_at(uac, "/data/external_uac_settings/password"), "CANARY-fourth");
    EXPECT_EQ(text_at(uac, "/data/password"), masked) << "only that which the request changed";
}

TEST_F(SimulatorMasking, HidesThePasswordInTheAnswerToAnyOtherChange)
{
    EXPECT_EQ(text_at(patch(trunk_path, R"({"active": false})"), "/data/password"), masked);
    EXPECT_EQ(text_at(patch(trunk_path, R"({"password": "CANARY-office-pbx-password"})"), "/data/password"),
              masked)
        << "it is the one that was in force";
}

TEST_F(SimulatorMasking, BeginsAndEndsWhenAsked)
{
    demo.control("set", R"({"mask_passwords": false})");
    EXPECT_EQ(text_at(demo.read(trunk_path), "/data/password"), "CANARY-office-pbx-password");
    demo.control("set", R"({"mask_passwords": true})");
    EXPECT_EQ(text_at(demo.read(trunk_path), "/data/password"), masked);
}

}  // namespace
}  // namespace trunkwarden::simulator
