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

using judgement = optional_reason (*)(const resource_type&, const watched_field&, std::string_view);

std::string risk(std::string_view resource, std::string_view field, std::string_view value,
                 judgement judge = risk_of)
{
    const auto& type = *find_resource(resource);
    return judge(type, field_of(type, field), value).value_or("");
}

std::string risk_of_wildcard(std::string_view resource, std::string_view field, std::string_view pattern)
{
    return risk(resource, field, pattern, risk_of_pattern);
}

TEST(Risk, IsANumberThatCostsDearly)
{
    EXPECT_THAT(risk("call_forwarding", "forwards_to", "+18765551234"), HasSubstr("Jamaica"));
    EXPECT_THAT(risk("number_translation", "translated_number", "+37190012345"), HasSubstr("premium"));
    EXPECT_EQ(risk("call_forwarding", "forwards_to", "+14155550199"), "");
    EXPECT_EQ(risk("call_forwarding", "forwards_to", ""), "");
}

TEST(Risk, IsNoMatterOfTheAccountsOwnNumbers)
{
    EXPECT_EQ(risk("phone_numbers", "phone_number", "+18765551234"), "");
}

TEST(Risk, IsAnAddressThatIsNotHttps)
{
    EXPECT_THAT(risk("texml_applications", "voice_url", "http://ivr.example.com/"), HasSubstr("not HTTPS"));
    EXPECT_THAT(risk("texml_applications", "voice_url", "HTTP://ivr.example.com/"), HasSubstr("not HTTPS"));
    EXPECT_EQ(risk("texml_applications", "voice_url", "https://ivr.example.com/"), "");
    EXPECT_EQ(risk("texml_applications", "voice_url", ""), "");
}

TEST(Risk, IsAMemberOfASetThatIsDialledOrAsked)
{
    EXPECT_THAT(risk("ai_assistants", "tools.transfer.targets.to", "+18765551234"), HasSubstr("Jamaica"));
    EXPECT_THAT(risk("ai_assistants", "tools.webhook.url", "http://hooks.example.com"), HasSubstr("HTTPS"));
    EXPECT_EQ(risk("ai_assistants", "tools.transfer.targets.to", "+14155550101"), "");
}

TEST(Risk, IsEveryCountry)
{
    EXPECT_THAT(risk("outbound_voice_profiles", "whitelisted_destinations", "*"), HasSubstr("every country"));
    EXPECT_EQ(risk("outbound_voice_profiles", "whitelisted_destinations",
                   canonical_set(value_kind::country_set, {"US", "CA"})),
              "");
}

TEST(Risk, IsALimitThatIsNotSet)
{
    EXPECT_THAT(risk("outbound_voice_profiles", "daily_spend_limit", ""), HasSubstr("no limit"));
    EXPECT_THAT(risk("outbound_voice_profiles", "daily_spend_limit_enabled", "false"), HasSubstr("off"));
    EXPECT_THAT(risk("messaging_profiles", "daily_spend_limit_enabled", "false"), HasSubstr("off"));
    EXPECT_EQ(risk("outbound_voice_profiles", "daily_spend_limit", "50.00"), "");
}

TEST(Risk, IsAWayPastSingleSignOn)
{
    EXPECT_THAT(risk("organization_users", "organization_user_bypasses_sso", "true"), HasSubstr("on"));
    EXPECT_EQ(risk("organization_users", "organization_user_bypasses_sso", "false"), "");
}

TEST(Risk, IsNotWhatEveryAccountHas)
{
    EXPECT_EQ(risk("phone_numbers", "deletion_lock_enabled", "false"), "");
    EXPECT_EQ(risk("credential_connections", "outbound.channel_limit", ""), "");
    EXPECT_EQ(risk("auto_recharge", "enabled", "true"), "");
    EXPECT_EQ(risk("credential_connections", "outbound.ani_override", "+18765551234"), "");
}

TEST(Risk, IsInAPatternThatCanBeIt)
{
    EXPECT_THAT(risk_of_wildcard("texml_applications", "voice_url", "*"), HasSubstr("not HTTPS"));
    EXPECT_THAT(risk_of_wildcard("texml_applications", "voice_url", "http://*.example.com/"),
                HasSubstr("not HTTPS"));
    EXPECT_EQ(risk_of_wildcard("texml_applications", "voice_url", "https://*.example.com/"), "");
    EXPECT_THAT(risk_of_wildcard("call_forwarding", "forwards_to", "+*"), HasSubstr("calls may go to"));
    EXPECT_THAT(risk_of_wildcard("call_forwarding", "forwards_to", "+1*"), HasSubstr("calls may go to"));
    EXPECT_THAT(risk_of_wildcard("call_forwarding", "forwards_to", "+1876*"), HasSubstr("Jamaica"));
    EXPECT_THAT(risk_of_wildcard("call_forwarding", "forwards_to", "+18765*"), HasSubstr("Jamaica"));
    EXPECT_EQ(risk_of_wildcard("call_forwarding", "forwards_to", "+1415*"), "");
    EXPECT_EQ(risk_of_wildcard("phone_numbers", "phone_number", "+*"), "");
}

}  // namespace
}  // namespace trunkwarden
