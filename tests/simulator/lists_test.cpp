#include <gtest/gtest.h>

#include <set>
#include <zlib.h>

#include "simulator/demo_server.hpp"
#include "simulator/endpoints.hpp"

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

std::string inflated(const std::string& compressed)
{
    std::string plain(1U << 22U, '\0');
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string input = compressed;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    const int ended = inflate(&stream, Z_FINISH);
    plain.resize(ended == Z_STREAM_END ? stream.total_out : 0);
    inflateEnd(&stream);
    return plain;
}

TEST(Simulator, RefusesARequestWithoutTheRightKey)
{
    demo_server demo;
    for (const char* key : {"", "KEY_of_somebody_else"}) {
        demo.client.use_key(key);
        const raw_answer got = demo.client.get("/ips");
        EXPECT_EQ(got.status, 401U);
        EXPECT_EQ(text_at(json::parse(got.body), "/errors/0/code"), "10009");
    }
}

TEST(Simulator, ServesEveryListOfTheDemoAccount)
{
    demo_server demo;
    for (const endpoint& each : endpoints()) {
        const json::value page = demo.read(std::string(each.path));
        if (each.list == wrapping::bare) {
            ASSERT_TRUE(page.is_array()) << each.path;
            EXPECT_FALSE(page.as_array().empty()) << each.path;
            continue;
        }
        ASSERT_TRUE(page.is_object()) << each.path;
        const bool may_be_empty = each.path == "/portouts" || each.path == "/calls";
        EXPECT_TRUE(may_be_empty || !page.at("data").as_array().empty()) << each.path;
        EXPECT_EQ(page.get_object().contains("meta"), each.path != "/ai/assistants") << each.path;
    }
}

TEST(Simulator, PagesWithoutLosingOrRepeatingAnything)
{
    demo_server demo;
    std::set<std::string> ids;
    std::size_t seen = 0;
    for (int number = 1; number <= 3; ++number) {
        const json::value page =
            demo.read("/phone_numbers?page[number]=" + std::to_string(number) + "&page%5Bsize%5D=5");
        EXPECT_EQ(text_at(page, "/meta/page_number"), std::to_string(number));
        EXPECT_EQ(text_at(page, "/meta/total_pages"), "3");
        EXPECT_EQ(text_at(page, "/meta/total_results"), "12");
        for (const json::value& each : page.at("data").as_array()) {
            ids.insert(text_at(each, "/id"));
            ++seen;
        }
    }
    EXPECT_EQ(seen, 12U);
    EXPECT_EQ(ids.size(), 12U);
    EXPECT_TRUE(demo.read("/phone_numbers?page[number]=4&page[size]=5").at("data").as_array().empty());
}

TEST(Simulator, KeepsThePageSizesTheApiDocuments)
{
    demo_server demo;
    EXPECT_EQ(text_at(demo.read("/ips"), "/meta/page_size"), "250");
    EXPECT_EQ(text_at(demo.read("/telephony_credentials"), "/meta/page_size"), "50");
    EXPECT_EQ(text_at(demo.read("/phone_numbers"), "/meta/page_size"), "20");
    EXPECT_EQ(text_at(demo.read("/integration_secrets?page[size]=9999"), "/meta/page_size"), "250");
    for (const char* wrong : {"/ips?page[size]=251", "/oauth_clients?page[size]=101", "/ips?page[size]=0",
                              "/ips?page[number]=0", "/ips?page[number]=x"}) {
        const raw_answer got = demo.client.get(wrong);
        EXPECT_EQ(got.status, 400U) << wrong;
        EXPECT_EQ(text_at(json::parse(got.body), "/errors/0/code"), "10015") << wrong;
    }
}

TEST(Simulator, ShowsOneNumberOnAllItsLists)
{
    demo_server demo;
    const json::value core = demo.read("/phone_numbers?page[size]=2");
    EXPECT_EQ(text_at(core, "/data/0/connection_name"), "office-pbx");
    EXPECT_EQ(text_at(core, "/data/0/external_pin"), "CANARY-7391");
    EXPECT_EQ(text_at(core, "/data/1/call_forwarding_enabled"), "true");
    EXPECT_EQ(text_at(core, "/data/1/voice"), "(missing)");
    const json::value voice = demo.read("/phone_numbers/voice?page[size]=3");
    EXPECT_EQ(text_at(voice, "/data/0/call_forwarding/forwards_to"), "null");
    EXPECT_EQ(text_at(voice, "/data/1/call_forwarding/forwards_to"), "+14155550199");
    EXPECT_EQ(text_at(voice, "/data/2/translated_number"), "+14155550110");
    const json::value messaging = demo.read("/phone_numbers/messaging");
    EXPECT_EQ(text_at(messaging, "/data/0/messaging_profile_id"), "16fd2706-8baf-433b-82eb-8c7fada84701");
    EXPECT_EQ(text_at(demo.read("/phone_numbers/slim"), "/data/1/connection_name"), "(missing)");
    EXPECT_EQ(text_at(demo.read("/phone_numbers/slim?include_connection=true"), "/data/1/connection_name"),
              "office-pbx");
    EXPECT_EQ(text_at(demo.read("/phone_numbers/+14155550101"), "/data/id"), "1293384261075732002");
    EXPECT_EQ(text_at(demo.read("/phone_numbers/1293384261075732002/voicemail"), "/data/pin"), "CANARY-4711");
}

TEST(Simulator, RepeatsTypedConnectionsInTheIndexAndAddsAnUnknownOne)
{
    demo_server demo;
    const json::value index = demo.read("/connections");
    std::set<std::string> kinds;
    for (const json::value& each : index.at("data").as_array()) {
        kinds.insert(text_at(each, "/record_type"));
        EXPECT_EQ(text_at(each, "/password"), "(missing)");
    }
    EXPECT_EQ(kinds.size(), 9U);
    EXPECT_TRUE(kinds.contains("push_to_talk_connection"));
    EXPECT_EQ(text_at(demo.read("/connections/1293384261075731510"), "/data/connection_name"), "sbc");
}

TEST(Simulator, ShowsGroupsOfUsersOnlyWhenAsked)
{
    demo_server demo;
    EXPECT_EQ(text_at(demo.read("/organizations/users"), "/data/0/groups"), "(missing)");
    EXPECT_EQ(text_at(demo.read("/organizations/users?include_groups=true"), "/data/0/groups/0/name"),
              "Admins");
}

TEST(Simulator, HidesKeysOfManagedAccountsInTheListButNotInTheObject)
{
    demo_server demo;
    EXPECT_EQ(text_at(demo.read("/managed_accounts"), "/data/0/api_key"), "(missing)");
    const std::string key =
        text_at(demo.read("/managed_accounts/e1b0c4d2-6a7f-4b8e-9d21-0f3a5c7e9b01"), "/data/api_key");
    EXPECT_NE(key.find("CANARY"), std::string::npos);
}

TEST(Simulator, WrapsObjectsAsTheApiDoes)
{
    demo_server demo;
    EXPECT_EQ(text_at(demo.read("/ips/1293384261075731520"), "/data/ip_address"), "198.51.100.4");
    EXPECT_EQ(text_at(demo.read("/ai/assistants/assistant-0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e01"), "/name"),
              "receptionist");
    EXPECT_EQ(text_at(demo.read("/access_ip_address/7b0f2f0e-8d0e-4a6c-9f64-11d5c3a0e101"), "/ip_address"),
              "203.0.113.10");
    EXPECT_EQ(demo.client.get("/access_ip_ranges/7b0f2f0e-8d0e-4a6c-9f64-11d5c3a0e201").status, 404U);
    EXPECT_EQ(demo.client.get("/ips/1").status, 404U);
    EXPECT_EQ(demo.client.get("/no_such_thing").status, 404U);
}

TEST(Simulator, FiltersAndSorts)
{
    demo_server demo;
    EXPECT_EQ(text_at(demo.read("/ips?filter[ip_address]=198.51.100.5"), "/meta/total_results"), "1");
    EXPECT_EQ(text_at(demo.read("/phone_numbers?filter%5Btag%5D=support"), "/data/0/phone_number"),
              "+14155550101");
    EXPECT_EQ(text_at(demo.read("/outbound_voice_profiles?filter[name][contains]=nor"), "/data/0/name"),
              "norway");
    EXPECT_EQ(text_at(demo.read("/outbound_voice_profiles?sort=-name"), "/data/0/name"), "office");
    EXPECT_EQ(demo.client.get("/outbound_voice_profiles?sort=colour").status, 400U);
}

TEST(Simulator, PutsCanaryIntoEverySecretItShows)
{
    demo_server demo;
    const std::pair<const char*, const char*> secrets[] = {
        {"/credential_connections", "/data/0/password"},
        {"/ip_connections", "/data/0/outbound/ip_authentication_token"},
        {"/fqdn_connections", "/data/0/password"},
        {"/fqdn_connections", "/data/0/outbound/ip_authentication_token"},
        {"/uac_connections", "/data/0/external_uac_settings/password"},
        {"/telephony_credentials", "/data/0/sip_password"},
        {"/messaging_profiles", "/data/0/v1_secret"},
        {"/oauth_clients", "/data/0/client_secret"},
        {"/api_keys", "/data/0/secret"},
        {"/wireguard_peers", "/data/0/private_key"},
        {"/phone_numbers", "/data/0/external_pin"},
        {"/ai/assistants", "/data/0/tools/1/refer/targets/0/sip_auth_password"},
    };
    for (const auto& [path, pointer] : secrets) {
        EXPECT_NE(text_at(demo.read(path), pointer).find("CANARY"), std::string::npos) << path << pointer;
    }
}

TEST(Simulator, KeepsBigIdentifiersExactAsStringsAndOnRequestAsIntegers)
{
    demo_server demo;
    EXPECT_NE(demo.client.get("/fqdns").body.find(R"("connection_id":"1293384261075731530")"),
              std::string::npos);
    demo.control("set", R"({"integer_ids": true})");
    EXPECT_NE(demo.client.get("/fqdns").body.find(R"("connection_id":1293384261075731530,)"),
              std::string::npos);
}

TEST(Simulator, CompressesOnlyForClientsThatAcceptIt)
{
    demo_server demo(options{.gzip = true});
    const raw_answer plain = demo.client.get("/phone_numbers");
    const raw_answer packed = demo.client.send("GET", "/phone_numbers", "", {{"accept-encoding", "gzip"}});
    EXPECT_EQ(plain.header("content-encoding"), "");
    EXPECT_EQ(packed.header("content-encoding"), "gzip");
    EXPECT_LT(packed.body.size() * 3, plain.body.size());
    EXPECT_EQ(inflated(packed.body), plain.body);
}

TEST(Simulator, AnswersTheSameBytesUntilSomethingChanges)
{
    demo_server demo;
    const std::string before = demo.client.get("/phone_numbers/voice").body;
    EXPECT_EQ(demo.client.get("/phone_numbers/voice").body, before);
    demo.control("attack", R"({"name": "forward_number"})");
    EXPECT_NE(demo.client.get("/phone_numbers/voice").body, before);
    EXPECT_NE(demo.client.get("/phone_numbers/voice").body.find("+18765550166"), std::string::npos);
}

TEST(Simulator, GeneratesAsManyNumbersAsAskedAndTheSameOnesForTheSameSeed)
{
    const account generated = generate_account(1203, 7);
    const account two = generate_account(1203, 7);
    const account other = generate_account(1203, 8);
    EXPECT_EQ(generated.size("/phone_numbers"), 1203U);
    EXPECT_EQ(generated.size("/phone_numbers/voice"), 1203U);
    EXPECT_EQ(generated.at("/phone_numbers", 1202), two.at("/phone_numbers", 1202));
    EXPECT_NE(generated.at("/phone_numbers", 1202), other.at("/phone_numbers", 1202));
    EXPECT_GT(json::serialize(generated.at("/phone_numbers", 5)).size(), 900U);
}

TEST(Simulator, NamesTheFileAndLineOfAWrongSeed)
{
    const std::string path = testing::TempDir() + "wrong-account.yml";
    FILE* file = std::fopen(path.c_str(), "w");
    ASSERT_NE(file, nullptr);
    std::fputs("ips:\n  - {ip_address: 192.0.2.1}\nipps: []\n", file);
    std::fclose(file);
    try {
        load_account(path);
        FAIL() << "it was accepted";
    } catch (const std::runtime_error& wrong) {
        EXPECT_NE(std::string(wrong.what()).find("wrong-account.yml:3:"), std::string::npos) << wrong.what();
    }
}

}  // namespace
}  // namespace trunkwarden::simulator
