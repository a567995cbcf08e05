#include "fetch/object_target.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

std::string target_of(const char* resource, std::string_view address)
{
    return object_target(*find_resource(resource), address).value_or("(only in its list)");
}

TEST(ObjectTarget, NamesOneObjectAsTheApiDoes)
{
    EXPECT_EQ(target_of("ips", "1293"), "/ips/1293");
    EXPECT_EQ(target_of("call_forwarding", "1293"), "/phone_numbers/1293/voice");
    EXPECT_EQ(target_of("number_translation", "1293"), "/phone_numbers/1293/voice");
    EXPECT_EQ(target_of("verified_numbers", "+14155550100"), "/verified_numbers/%2B14155550100");
    EXPECT_EQ(target_of("auto_recharge", ""), "/payment/auto_recharge_prefs");
}

TEST(ObjectTarget, AsksForTheMembersThatTheListIsAskedFor)
{
    EXPECT_EQ(target_of("organization_users", "u-1"), "/organizations/users/u-1?include_groups=true");
}

TEST(ObjectTarget, HasNoneForWhatIsSeenInItsListOnly)
{
    for (const char* resource :
         {"api_keys", "service_accounts", "service_account_tokens", "iam_grants", "iam_roles",
          "whatsapp_settings", "access_ip_ranges", "integration_secrets", "managed_accounts", "two_factor"})
        EXPECT_EQ(target_of(resource, "1"), "(only in its list)") << resource;
}

TEST(ObjectTarget, LeavesItsPathForNoAddress)
{
    EXPECT_EQ(target_of("ips", "1/../2?x=y&z#f%"), "/ips/1%2F..%2F2%3Fx%3Dy%26z%23f%25");
    EXPECT_EQ(target_of("ips", "\xc3\xa9\n"), "/ips/%C3%A9%0A");
    for (const char* nothing : {"", ".", ".."})
        EXPECT_EQ(target_of("ips", nothing), "(only in its list)");
}

}  // namespace
}  // namespace trunkwarden
