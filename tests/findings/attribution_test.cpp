#include "findings/attribution.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "fakes/times.hpp"
#include "findings/credential_keywords.hpp"
#include "findings/finding.hpp"
#include "findings/title.hpp"

namespace trunkwarden {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

using fakes::noon;
const char* const user_id = "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01";

audit_event event_of(std::string who, std::string resource_id, time_point at = noon)
{
    audit_event out;
    out.id = "event-1";
    out.by = {std::move(who), "organization_member", at};
    out.change_type = "update";
    out.resource_id = std::move(resource_id);
    return out;
}

audit_event changing(const char* field, const char* from, const char* to, const char* resource_id = user_id)
{
    auto out = event_of("thief", resource_id);
    out.changes = {{field, from, to}};
    return out;
}

deviation deviation_of(const char* resource, deviation_kind kind, std::string id, std::string address = {})
{
    deviation out;
    out.type = find_resource(resource);
    out.kind = kind;
    out.id = std::move(id);
    out.address = std::move(address);
    return out;
}

const audited_object dana{find_resource("organization_users"), "dana@example.com"};

std::string user_of(const std::optional<actor>& who)
{
    return who ? who->user_id : "(nobody)";
}

std::string filed(const std::vector<deviation>& found)
{
    std::string out;
    for (const auto& deviation : found)
        out += std::string(out.empty() ? "" : " ") + std::string(deviation.type->name);
    return out;
}

TEST(Attribution, FindsWhoChangedAnObjectByIdAddressOrAlternateId)
{
    const auto forwarded = deviation_of("call_forwarding", deviation_kind::unknown, "+14155550100", "1293");
    auto by_alternate = event_of("eve", "9");
    by_alternate.alternate_id = "+14155550100";
    EXPECT_EQ(user_of(attribute(forwarded, {event_of("eve", "1293")}, noon)), "eve");
    EXPECT_EQ(user_of(attribute(forwarded, {event_of("eve", "+14155550100")}, noon)), "eve");
    EXPECT_EQ(user_of(attribute(forwarded, {by_alternate}, noon)), "eve");
    EXPECT_EQ(user_of(attribute(forwarded, {event_of("eve", "1294")}, noon)), "(nobody)");
    EXPECT_EQ(user_of(attribute(forwarded, {}, noon)), "(nobody)");
}

TEST(Attribution, TakesNoEventForOneAboutAnObjectWithoutAnId)
{
    EXPECT_FALSE(concerns(event_of("eve", ""), deviation_of("ips", deviation_kind::unknown, "")));
    EXPECT_FALSE(concerns(event_of("eve", "1"), deviation_of("ips", deviation_kind::unknown, "2")));
}

TEST(Attribution, TakesTheNewestEventThatCouldHaveCausedIt)
{
    const auto found = deviation_of("ips", deviation_kind::changed, "1");
    const std::deque<audit_event> events{event_of("early", "1", noon - minutes(5)),
                                         event_of("late", "1", noon - minutes(1)),
                                         event_of("within a minute", "1", noon + seconds(59)),
                                         event_of("afterwards", "1", noon + seconds(61))};
    EXPECT_EQ(user_of(attribute(found, events, noon)), "within a minute");
    EXPECT_EQ(user_of(attribute(found, events, noon - minutes(3))), "early");
    EXPECT_EQ(user_of(attribute(found, events, noon - minutes(10))), "(nobody)");
}

TEST(Attribution, PrefersTheEventThatNamesADifferingField)
{
    auto found = deviation_of("call_forwarding", deviation_kind::changed, "+14155550100", "1293");
    found.fields.push_back({.field = "forwards_to", .expected = "a", .actual = "b"});
    auto named = changing("call_forwarding.forwards_to", "(redacted)", "(redacted)", "1293");
    named.by.at = noon - minutes(5);
    const auto newer = event_of("somebody", "1293");
    EXPECT_EQ(user_of(attribute(found, {named, newer}, noon)), "thief");
    named.changes[0].field = "call_forwarding";
    EXPECT_EQ(user_of(attribute(found, {named, newer}, noon)), "thief") << "the whole object it is in";
    named.changes[0].field = "call_forwarding.forwards_to_name";
    EXPECT_EQ(user_of(attribute(found, {named, newer}, noon)), "somebody");
}

TEST(Attribution, PrefersTheCreationOfAnUnknownObjectAndTheRemovalOfAMissingOne)
{
    auto created = event_of("maker", "1", noon - minutes(9));
    created.change_type = "Create";
    auto removed = event_of("remover", "1", noon - minutes(8));
    removed.change_type = "delete";
    const std::deque<audit_event> events{created, removed, event_of("toucher", "1")};
    EXPECT_EQ(user_of(attribute(deviation_of("ips", deviation_kind::unknown, "1"), events, noon)), "maker");
    EXPECT_EQ(user_of(attribute(deviation_of("ips", deviation_kind::missing, "1"), events, noon)), "remover");
    EXPECT_EQ(user_of(attribute(deviation_of("ips", deviation_kind::changed, "1"), events, noon)), "toucher");
}

TEST(CredentialKeywords, AreRecognisedHoweverTheyAreJoined)
{
    for (const char* name :
         {"two_factor_enabled", "user.two_factor", "twoFactorAuth", "has2FA", "2fa_method", "MFAEnabled",
          "mfa", "TOTP_SECRET", "otp_secret", "account.security.multi-factor"})
        EXPECT_EQ(credential_kind_of(name), credential_kind::two_factor) << name;
    for (const char* name : {"password", "encrypted_password", "user.passwordChangedAt", "PASSWORD"})
        EXPECT_EQ(credential_kind_of(name), credential_kind::password) << name;
    for (const char* name : {"email", "e_mail", "user.email", "new_email", "email_address", "change-email"})
        EXPECT_EQ(credential_kind_of(name), credential_kind::email) << name;
    for (const char* name : {"api_key", "apikey", "apiKeys", "access_key", "api_token", "access_token"})
        EXPECT_EQ(credential_kind_of(name), credential_kind::api_key) << name;
}

TEST(CredentialKeywords, AreNotSeenInOtherWordsOrInTheCredentialsOfOtherThings)
{
    for (const char* name : {"comfable",
                             "hotplug",
                             "mfab",
                             "photos",
                             "passwordless",
                             "emailer",
                             "apikeyboard",
                             "",
                             "...",
                             "ip_authentication_token",
                             "push_token",
                             "token",
                             "sip_password",
                             "external_uac_settings.password",
                             "voicemail.password",
                             "webhook_access_token",
                             "fax_email_recipient",
                             "email_verified",
                             "factor",
                             "two_legs",
                             "email_notifications_enabled",
                             "keys",
                             "inbound.timeout_2xx_secs"})
        EXPECT_FALSE(credential_kind_of(name)) << name;
}

TEST(AuditFindings, ShowAChangeOfTwoFactorAuthentication)
{
    const auto found = deviations_in(changing("two_factor_enabled", "true", "false"), dana);
    ASSERT_EQ(filed(found), "two_factor");
    EXPECT_EQ(found[0].id, "event-1");
    EXPECT_EQ(found[0].kind, deviation_kind::changed);
    EXPECT_EQ(found[0].level, severity::high);
    EXPECT_EQ(found[0].label, "two_factor_enabled of user dana@example.com");
    EXPECT_EQ(found[0].modified_at, "2026-11-22T12:00:00Z");
    EXPECT_TRUE(found[0].from_event);
    ASSERT_EQ(found[0].fields.size(), 1U);
    EXPECT_EQ(found[0].fields[0].expected, "true");
    EXPECT_EQ(found[0].fields[0].actual, "false");
    EXPECT_EQ(title_of(found[0], {}),
              "Two-factor authentication changed: two_factor_enabled of user dana@example.com is false, was "
              "true, by user thief (member)");
    EXPECT_TRUE(concerns(changing("two_factor_enabled", "true", "false"), found[0]));
}

TEST(AuditFindings, ShowAPasswordAnAddressAndAKey)
{
    const auto password = deviations_in(changing("password", "(redacted)", "(redacted)"), dana);
    ASSERT_EQ(filed(password), "organization_users");
    EXPECT_EQ(title_of(password[0], {}),
              "User changed: password of dana@example.com was replaced, by user thief (member)");
    const auto email = deviations_in(changing("email", "(redacted)", "(redacted)"), dana);
    EXPECT_EQ(filed(email), "organization_users");
    const auto key = deviations_in(changing("api_key", "", "(redacted)"), {});
    ASSERT_EQ(filed(key), "api_keys");
    EXPECT_EQ(title_of(key[0], {}),
              std::string("API key changed: api_key of ") + user_id + " was set, by user thief (member)");
}

TEST(AuditFindings, AreOnePerResourceSoThatTheirIdsDiffer)
{
    auto event = changing("email", "(redacted)", "(redacted)");
    event.changes.push_back({"password", "(redacted)", "(redacted)"});
    event.changes.push_back({"name", "(redacted)", "(redacted)"});
    event.changes.push_back({"otp_secret", "(redacted)", "(redacted)"});
    event.changes.push_back({"mfa_enabled", "true", "false"});
    const auto found = deviations_in(event, dana);
    ASSERT_EQ(filed(found), "organization_users two_factor");
    EXPECT_EQ(found[0].fields.size(), 2U);
    EXPECT_EQ(found[1].fields.at(0).field, "mfa_enabled") << "what got looser comes first";
    EXPECT_EQ(
        title_of(found[1], {}),
        "Two-factor authentication changed: mfa_enabled of user dana@example.com is false, was true (and "
        "1 more), by user thief (member)");
    EXPECT_NE(finding_id("a", found[0]), finding_id("a", found[1]));
}

TEST(AuditFindings, LeaveTheObjectsOfOtherListsToThoseLists)
{
    const auto sip = changing("password", "(redacted)", "(redacted)", "1293384261075731499");
    EXPECT_EQ(filed(deviations_in(sip, {find_resource("credential_connections"), "hq"})), "");
    EXPECT_EQ(filed(deviations_in(sip, {})), "") << "digits name no user: it is not read yet, or gone";
    auto named = changing("password", "(redacted)", "(redacted)");
    named.record_type = "credential_connection";
    EXPECT_EQ(filed(deviations_in(named, {})), "");
    EXPECT_EQ(
        filed(deviations_in(changing("otp", "true", "false"), {find_resource("messaging_profiles"), ""})),
        "");
    EXPECT_EQ(filed(deviations_in(changing("email", "(redacted)", "(redacted)"),
                                  {find_resource("notification_channels"), "x"})),
              "");
}

TEST(AuditFindings, DoNotDependOnTheUserBeingKnown)
{
    EXPECT_EQ(filed(deviations_in(changing("two_factor_enabled", "true", "false"), {})), "two_factor");
    EXPECT_EQ(filed(deviations_in(changing("password", "(redacted)", "(redacted)"), {})),
              "organization_users");
    EXPECT_EQ(filed(deviations_in(changing("two_factor_enabled", "true", "false", "129338"), {})),
              "two_factor");
    EXPECT_EQ(deviations_in(changing("mfa", "", "", ""), {}).at(0).label, "mfa");
    auto own = changing("mfa", "true", "false");
    own.by.user_id = user_id;
    EXPECT_EQ(deviations_in(own, {}).at(0).label, std::string("mfa of user ") + user_id);
}

TEST(AuditFindings, ComeFromTheSortOfAnEventWhenItNamesNoField)
{
    auto event = event_of("thief", user_id);
    event.change_type = "user.two_factor.disabled";
    const auto found = deviations_in(event, dana);
    ASSERT_EQ(filed(found), "two_factor");
    EXPECT_EQ(title_of(found[0], {}),
              "Two-factor authentication changed: user.two_factor.disabled of user dana@example.com, by "
              "user thief (member)");
    event.change_type = "create";
    event.record_type = "api_key";
    EXPECT_EQ(filed(deviations_in(event, {})), "api_keys") << "where no list shows keys";
    EXPECT_EQ(filed(deviations_in(event, {find_resource("api_keys"), "ci"})), "");
}

TEST(AuditFindings, DoNotComeFromWhatIsNoChangeOfAWayIn)
{
    EXPECT_EQ(filed(deviations_in(changing("email", "true", "false"), dana)), "") << "no address is a flag";
    EXPECT_EQ(filed(deviations_in(changing("name", "(redacted)", "(redacted)"), dana)), "");
    EXPECT_EQ(filed(deviations_in(event_of("eve", user_id), dana)), "");
}

TEST(AuditFindings, SayWhetherTwoFactorAuthenticationIsAmongThem)
{
    EXPECT_TRUE(is_about_two_factor(changing("mfa", "true", "false"), dana));
    EXPECT_FALSE(is_about_two_factor(changing("password", "(redacted)", "(redacted)"), dana));
    EXPECT_FALSE(is_about_two_factor(changing("mfa", "true", "false"), {find_resource("ips"), ""}));
}

}  // namespace
}  // namespace trunkwarden
