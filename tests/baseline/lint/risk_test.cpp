#include "baseline/lint/risk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "catalogue/catalogue.hpp"
#include "snapshot/canonical.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;

const watched_field& field_of(const resource_type& type, std::string_view name)
{
    for (const auto& field : type.fields)
        if (field.name == name)
            return field;
    throw std::runtime_error("no field " + std::string(name));
}

std::string danger(std::string_view resource, std::string_view field, std::string_view value)
{
    const auto& type = *find_resource(resource);
    return risk_of(type, field_of(type, field), value).value_or("");
}

std::string danger_of_wildcard(std::string_view resource, std::string_view field, std::string_view pattern)
{
    const auto& type = *find_resource(resource);
    return risk_of_pattern(type, field_of(type, field), pattern).value_or("");
}

TEST(Risk, IsANumberThatCostsDearly)
{
    EXPECT_THAT(danger("call_forwarding", "forwards_to", "+18765551234"), HasSubstr("Jamaica"));
    EXPECT_THAT(danger("number_translation", "translated_number", "+37190012345"), HasSubstr("premium"));
    EXPECT_EQ(danger("call_forwarding", "forwards_to", "+14155550199"), "");
    EXPECT_EQ(danger("call_forwarding", "forwards_to", ""), "");
}

TEST(Risk, IsNoMatterOfTheAccountsOwnNumbers)
{
    EXPECT_EQ(danger("phone_numbers", "phone_number", "+18765551234"), "");
}

TEST(Risk, IsAnAddressThatIsNotHttps)
{
    EXPECT_THAT(danger("texml_applications", "voice_url", "http://ivr.example.com/"), HasSubstr("not HTTPS"));
    EXPECT_THAT(danger("texml_applications", "voice_url", "HTTP://ivr.example.com/"), HasSubstr("not HTTPS"));
    EXPECT_EQ(danger("texml_applications", "voice_url", "https://ivr.example.com/"), "");
    EXPECT_EQ(danger("texml_applications", "voice_url", ""), "");
}

TEST(Risk, IsAMemberOfASetThatIsDialledOrAsked)
{
    EXPECT_THAT(danger("ai_assistants", "tools.transfer.targets.to", "+18765551234"), HasSubstr("Jamaica"));
    EXPECT_THAT(danger("ai_assistants", "tools.webhook.url", "http://hooks.example.com"), HasSubstr("HTTPS"));
    EXPECT_EQ(danger("ai_assistants", "tools.transfer.targets.to", "+14155550101"), "");
}

TEST(Risk, IsEveryCountry)
{
    EXPECT_THAT(danger("outbound_voice_profiles", "whitelisted_destinations", "*"),
                HasSubstr("every country"));
    EXPECT_EQ(danger("outbound_voice_profiles", "whitelisted_destinations",
                     canonical_set(value_kind::country_set, {"US", "CA"})),
              "");
}

TEST(Risk, IsALimitThatIsNotSet)
{
    EXPECT_THAT(danger("outbound_voice_profiles", "daily_spend_limit", ""), HasSubstr("no limit"));
    EXPECT_THAT(danger("outbound_voice_profiles", "daily_spend_limit_enabled", "false"), HasSubstr("off"));
    EXPECT_THAT(danger("messaging_profiles", "daily_spend_limit_enabled", "false"), HasSubstr("off"));
    EXPECT_EQ(danger("outbound_voice_profiles", "daily_spend_limit", "50.00"), "");
}

TEST(Risk, IsAWayPastSingleSignOn)
{
    EXPECT_THAT(danger("organization_users", "organization_user_bypasses_sso", "true"), HasSubstr("on"));
    EXPECT_EQ(danger("organization_users", "organization_user_bypasses_sso", "false"), "");
}

TEST(Risk, IsNotWhatEveryAccountHas)
{
    EXPECT_EQ(danger("phone_numbers", "deletion_lock_enabled", "false"), "");
    EXPECT_EQ(danger("credential_connections", "outbound.channel_limit", ""), "");
    EXPECT_EQ(danger("auto_recharge", "enabled", "true"), "");
    EXPECT_EQ(danger("credential_connections", "outbound.ani_override", "+18765551234"), "");
}

TEST(Risk, IsInAPatternThatCanBeIt)
{
    EXPECT_THAT(danger_of_wildcard("texml_applications", "voice_url", "*"), HasSubstr("not HTTPS"));
    EXPECT_THAT(danger_of_wildcard("texml_applications", "voice_url", "http://*"), HasSubstr("not HTTPS"));
    EXPECT_THAT(danger_of_wildcard("texml_applications", "voice_url", "http*"), HasSubstr("not HTTPS"));
    EXPECT_EQ(danger_of_wildcard("texml_applications", "voice_url", "https://*"), "");
    EXPECT_THAT(danger_of_wildcard("call_forwarding", "forwards_to", "+*"), HasSubstr("calls may go to"));
    EXPECT_THAT(danger_of_wildcard("call_forwarding", "forwards_to", "+1*"), HasSubstr("calls may go to"));
    EXPECT_THAT(danger_of_wildcard("call_forwarding", "forwards_to", "+1876*"), HasSubstr("Jamaica"));
    EXPECT_THAT(danger_of_wildcard("call_forwarding", "forwards_to", "+18765*"), HasSubstr("Jamaica"));
    EXPECT_EQ(danger_of_wildcard("call_forwarding", "forwards_to", "+1415*"), "");
    EXPECT_EQ(danger_of_wildcard("phone_numbers", "phone_number", "+*"), "");
}

}  // namespace
}  // namespace trunkwarden
