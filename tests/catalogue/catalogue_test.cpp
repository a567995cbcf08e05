#include "catalogue/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/report/resource_list.hpp"
#include "fakes/paths.hpp"
#include "snapshot/page_parser.hpp"

// Every entry is exercised with real-shaped data; an entry without a fixture fails here.

namespace trunkwarden {

void PrintTo(const resource_type& type, std::ostream* os)
{
    *os << type.name;
}

namespace {

std::string read(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    text.reserve(text.size() + body_padding);
    return text;
}

TEST(Catalogue, GivesARoleToEachResourceThatAStageTreatsApart)
{
    EXPECT_EQ(resource_of(resource_role::index).name, "connections");
    EXPECT_EQ(resource_of(resource_role::outbound_profiles).name, "outbound_voice_profiles");
    EXPECT_EQ(resource_of(resource_role::messaging_profiles).name, "messaging_profiles");
    EXPECT_EQ(resource_of(resource_role::users).name, "organization_users");
    EXPECT_EQ(resource_of(resource_role::api_keys).name, "api_keys");
    EXPECT_EQ(resource_of(resource_role::auto_recharge).name, "auto_recharge");
    EXPECT_EQ(resource_of(resource_role::two_factor).name, "two_factor");
    EXPECT_EQ(resource_of(resource_role::spending).name, "spending");
    EXPECT_EQ(resource_of(resource_role::traffic).name, "traffic");
    EXPECT_EQ(resource_of(resource_role::active_calls).name, "active_calls");
    EXPECT_EQ(resource_of(resource_role::registrations).name, "registrations");
    EXPECT_TRUE(is_index(*find_resource("connections")));
    EXPECT_FALSE(is_index(*find_resource("ip_connections")));
}

class CatalogueEntry : public testing::TestWithParam<resource_type> {};

TEST_P(CatalogueEntry, FindsEveryWatchedFieldInItsFixture)
{
    const auto fixture =
        std::filesystem::path(fakes::in_project("tests/fixtures")) / GetParam().name / "page.json";
    ASSERT_TRUE(exists(fixture)) << "add tests/fixtures/" << GetParam().name << "/page.json";
    fingerprinter secrets;
    page_parser parser({&GetParam()}, secrets);
    const auto parsed = parser.parse(read(fixture));
    ASSERT_TRUE(parsed) << parsed.error().message;
    const auto& objects = *parsed->objects.at(0);
    ASSERT_GT(objects.size(), 0U) << "the fixture shows no object that counts";
    for (std::size_t field = 0; field < GetParam().fields.size(); ++field) {
        bool shown = false;
        for (std::size_t row = 0; row < objects.size(); ++row)
            shown = shown || !objects[row].field(field).empty();
        EXPECT_TRUE(shown) << "no object of the fixture has " << GetParam().fields[field].path;
    }
    for (std::size_t row = 0; row < objects.size(); ++row) {
        EXPECT_FALSE(objects[row].id().empty());
        EXPECT_FALSE(objects[row].label().empty());
    }
}

TEST_P(CatalogueEntry, ShowsNoSecretOfItsFixture)
{
    fingerprinter secrets;
    page_parser parser({&GetParam()}, secrets);
    const auto parsed = parser.parse(
        read(std::filesystem::path(fakes::in_project("tests/fixtures")) / GetParam().name / "page.json"));
    ASSERT_TRUE(parsed);
    const auto& objects = *parsed->objects.at(0);
    for (std::size_t row = 0; row < objects.size(); ++row) {
        EXPECT_EQ(objects[row].label().find("CANARY"), std::string::npos);
        for (std::size_t field = 0; field < GetParam().fields.size(); ++field)
            EXPECT_EQ(objects[row].field(field).find("CANARY"), std::string::npos)
                << GetParam().fields[field].name;
    }
}

std::vector<resource_type> with_an_endpoint()
{
    std::vector<resource_type> out;
    std::ranges::copy_if(catalogue, std::back_inserter(out),
                         [](const resource_type& type) { return type.pages != paging::no_endpoint; });
    return out;
}

INSTANTIATE_TEST_SUITE_P(All, CatalogueEntry, testing::ValuesIn(with_an_endpoint()),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Catalogue, IsWhatTheDocumentationSays)
{
    EXPECT_EQ(read(std::filesystem::path(fakes::in_project("docs/resources.md"))),
              resource_list(output_format::markdown))
        << "make it anew: trunkwarden resources --output=markdown > docs/resources.md";
}

// docs/quarantine.md has a row for each resource that the quarantine can act on, and says whether it writes
// values back.
TEST(Catalogue, IsWhatTheTableOfTheQuarantineSays)
{
    const auto page = read(std::filesystem::path(fakes::in_project("docs/quarantine.md")));
    for (const auto& type : catalogue) {
        const auto row = page.find(std::string("\n| `") + std::string(type.name) + "` |");
        const bool can_act = type.contain.possible() || type.restore.possible();
        EXPECT_EQ(row != std::string::npos, can_act) << type.name;
        if (row == std::string::npos)
            continue;
        const auto line = page.substr(row + 1, page.find('\n', row + 1) - row - 1);
        EXPECT_EQ(line.ends_with("| no |"), !type.restore.possible()) << line;
        EXPECT_EQ(line.find("| nothing |") != std::string::npos, !type.contain.possible()) << line;
    }
}

TEST(Catalogue, WatchesEveryResourceThatUsersMayNameInABaseline)
{
    const std::vector<std::string_view> promised{"credential_connections",
                                                 "ip_connections",
                                                 "fqdn_connections",
                                                 "fqdn_authentication",
                                                 "uac_connections",
                                                 "external_connections",
                                                 "mobile_voice_connections",
                                                 "ips",
                                                 "fqdns",
                                                 "telephony_credentials",
                                                 "registrations",
                                                 "active_calls",
                                                 "connections",
                                                 "texml_applications",
                                                 "call_control_applications",
                                                 "custom_storage_credentials",
                                                 "fax_applications",
                                                 "outbound_voice_profiles",
                                                 "call_forwarding",
                                                 "number_translation",
                                                 "phone_numbers",
                                                 "messaging_profiles",
                                                 "organization_users",
                                                 "authentication_providers",
                                                 "oauth_clients",
                                                 "oauth_grants",
                                                 "api_keys",
                                                 "service_accounts",
                                                 "service_account_tokens",
                                                 "iam_settings",
                                                 "iam_grants",
                                                 "iam_roles",
                                                 "ai_mcp_servers",
                                                 "ai_tools",
                                                 "verify_profiles",
                                                 "hosted_number_orders",
                                                 "whatsapp_business_accounts",
                                                 "whatsapp_settings",
                                                 "short_codes",
                                                 "mobile_phone_numbers",
                                                 "number_jobs",
                                                 "access_ip_addresses",
                                                 "access_ip_ranges",
                                                 "integration_secrets",
                                                 "verified_numbers",
                                                 "wireguard_peers",
                                                 "ai_assistants",
                                                 "managed_accounts",
                                                 "portouts",
                                                 "notification_channels",
                                                 "notification_settings",
                                                 "auto_recharge",
                                                 "two_factor",
                                                 "spending",
                                                 "traffic"};
    for (const auto name : promised)
        EXPECT_NE(find_resource(name), nullptr) << name;
    EXPECT_EQ(catalogue.size(), promised.size());
    EXPECT_EQ(find_resource("ip"), nullptr);
}

TEST(Catalogue, GivesMoneyTheFirstTurnWhenRequestsAreShort)
{
    for (const char* name : {"ips", "call_forwarding", "texml_applications", "outbound_voice_profiles"})
        EXPECT_EQ(find_resource(name)->order, urgency::money) << name;
}

}  // namespace
}  // namespace trunkwarden
