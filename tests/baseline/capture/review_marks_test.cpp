#include "baseline/capture/review_marks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/judging.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Of one object, as FIELD: WHY.
std::vector<std::string> marks_of(std::string_view resource, const std::string& item,
                                  const address_countries& countries = {})
{
    const auto& type = *find_resource(resource);
    std::vector<std::string> out;
    for_each(fakes::objects(type, "[" + item + "]"), [&](const object_view& object) {
        for (const auto& mark : review_marks(type, object, address_origins(countries)))
            out.push_back(std::string(mark.field) + ": " + mark.why);
    });
    return out;
}

TEST(ReviewMarks, NameAForwardingToAPremiumRange)
{
    const auto forwarded_to = [](std::string_view number) {
        return R"({"id": "1", "phone_number": "+14155550100", "call_forwarding": {"call_forwarding_enabled": true,
                   "forwarding_type": "always", "forwards_to": ")" +
               std::string(number) + R"("}})";
    };
    EXPECT_THAT(marks_of("call_forwarding", forwarded_to("+37190001234")),
                ElementsAre(HasSubstr("forwards_to: calls go to premium")));
    EXPECT_THAT(marks_of("call_forwarding", forwarded_to("+14155550199")), IsEmpty());
}

TEST(ReviewMarks, NameAnApplicationWithoutHttps)
{
    const auto application = [](std::string_view url) {
        return R"({"id": "1", "friendly_name": "ivr", "active": true, "voice_url": ")" + std::string(url) +
               "\"}";
    };
    for (const std::string_view url :
         {"http://ivr.example.com/", "HTTP://ivr.example.com/", "ivr.example.com"})
        EXPECT_THAT(marks_of("texml_applications", application(url)),
                    ElementsAre(HasSubstr("voice_url: voice_url is not HTTPS")));
    EXPECT_THAT(marks_of("texml_applications", application("HTTPS://ivr.example.com/")), IsEmpty());
    EXPECT_THAT(marks_of("texml_applications", application("")), IsEmpty());
}

TEST(ReviewMarks, NameMembersOfASetThatAreNotHttpsOrCostDearly)
{
    EXPECT_THAT(marks_of("oauth_clients", R"({"client_id": "1", "require_pkce": true, "redirect_uris":
                         ["http://localhost:8080/", "https://a.example.com/", "http://b.example.com/"]})"),
                ElementsAre(HasSubstr("redirect_uris: http://b.example.com/ is not HTTPS")));
    EXPECT_THAT(
        marks_of(
            "ai_assistants",
            R"({"id": "1", "name": "a", "tools": [{"transfer": {"targets": [{"to": "+37190001234"}]}}]})"),
        ElementsAre(HasSubstr("tools.transfer.targets.to: +37190001234 is premium")));
}

TEST(ReviewMarks, NameAProfileWithoutLimitsOnce)
{
    EXPECT_THAT(marks_of("outbound_voice_profiles",
                         R"({"id": "1", "name": "p", "enabled": true, "daily_spend_limit_enabled": false,
                             "whitelisted_destinations": ["US"]})"),
                ElementsAre("max_destination_rate: nothing limits it: max_destination_rate, "
                            "daily_spend_limit, concurrent_call_limit not set"));
}

TEST(ReviewMarks, NameALimitThatIsSwitchedOff)
{
    EXPECT_THAT(marks_of("outbound_voice_profiles",
                         R"({"id": "1", "name": "p", "enabled": true, "daily_spend_limit": "50.00",
                             "daily_spend_limit_enabled": false, "max_destination_rate": 1,
                             "concurrent_call_limit": 5, "whitelisted_destinations": ["US"]})"),
                ElementsAre("daily_spend_limit_enabled: daily_spend_limit_enabled is off"));
}

TEST(ReviewMarks, NameAProfileThatCallsEveryCountry)
{
    EXPECT_THAT(
        marks_of("messaging_profiles", R"({"id": "1", "name": "p", "whitelisted_destinations": ["*"]})"),
        ElementsAre("whitelisted_destinations: whitelisted_destinations allows every country"));
}

TEST(ReviewMarks, NameAUserWhoGoesPastSingleSignOn)
{
    EXPECT_THAT(marks_of("organization_users", R"({"id": "1", "email": "a@example.com",
                         "last_sign_in_at": "2026-11-20T08:12:40Z", "organization_user_bypasses_sso": true})"),
                ElementsAre("organization_user_bypasses_sso: organization_user_bypasses_sso is on"));
}

TEST(ReviewMarks, NameAUserWhoNeverSignedInOnlyWhenTheApiSaysSo)
{
    EXPECT_THAT(
        marks_of("organization_users", R"({"id": "1", "email": "a@example.com", "last_sign_in_at": null})"),
        ElementsAre(": never used so far: last_sign_in_at is empty"));
    EXPECT_THAT(marks_of("organization_users", R"({"id": "1", "email": "a@example.com"})"), IsEmpty());
    EXPECT_THAT(
        marks_of("organization_users",
                 R"({"id": "1", "email": "a@example.com", "last_sign_in_at": "2026-11-20T08:12:40Z"})"),
        IsEmpty());
}

TEST(ReviewMarks, NameEveryOrderThatTakesNumbersAway)
{
    EXPECT_THAT(
        marks_of("portouts", R"({"id": "1", "status": "pending", "phone_numbers": ["+14155550100"]})"),
        ElementsAre(": these numbers are leaving for another carrier"));
}

TEST(ReviewMarks, AreNotMadeOfWhatTheApiHasByDefault)
{
    EXPECT_THAT(marks_of("phone_numbers",
                         R"({"id": "1", "phone_number": "+14155550100", "deletion_lock_enabled": false})"),
                IsEmpty());
    EXPECT_THAT(
        marks_of("credential_connections", R"({"id": "1", "connection_name": "pbx", "active": true})"),
        IsEmpty());
}

address_countries registered_in(std::vector<std::pair<std::string_view, std::string>> addresses)
{
    address_countries out;
    for (auto& [address, country] : addresses)
        out[parse_ip_address(address)->address] = std::move(country);
    return out;
}

std::vector<std::string> marks_of_address(std::string_view address, const address_countries& countries)
{
    return marks_of("ips", R"({"id": "1", "ip_address": ")" + std::string(address) + "\"}", countries);
}

TEST(ReviewMarks, NameTheAddressOfAnotherCountryThanTheRest)
{
    const auto countries =
        registered_in({{"192.0.2.1", "US"}, {"192.0.2.2", "US"}, {"192.0.2.3", "LV"}, {"192.0.2.4", ""}});
    EXPECT_THAT(marks_of_address("192.0.2.3", countries),
                ElementsAre("ip_address: registered in LV, while most of the account's addresses are in US"));
    EXPECT_THAT(marks_of_address("192.0.2.1", countries), IsEmpty());
    EXPECT_THAT(marks_of_address("192.0.2.4", countries), IsEmpty());
    EXPECT_THAT(marks_of_address("192.0.2.5", countries), IsEmpty());
}

TEST(ReviewMarks, SayNothingOfCountriesWhereNoneIsTheAccountsOwn)
{
    EXPECT_THAT(marks_of_address("192.0.2.1", registered_in({{"192.0.2.1", "US"}, {"192.0.2.2", "LV"}})),
                IsEmpty());
    EXPECT_THAT(marks_of_address("192.0.2.5", registered_in({{"192.0.2.1", "US"},
                                                             {"192.0.2.2", "US"},
                                                             {"192.0.2.3", "US"},
                                                             {"192.0.2.4", "CA"},
                                                             {"192.0.2.5", "CA"}})),
                IsEmpty());
}

TEST(ReviewMarks, LookAtEveryAddressOfTheAccount)
{
    const std::vector types{*find_resource("ips"), *find_resource("access_ip_ranges")};
    const std::vector objects{
        fakes::objects(types[0],
                       R"([{"id": "1", "ip_address": "192.0.2.1"}, {"id": "2", "ip_address": ""}])"),
        fakes::objects(types[1], R"([{"id": "1", "cidr_block": "198.51.100.0/28"}])")};
    const auto found = addresses_in(types, objects);
    EXPECT_EQ(found.size(), 2U);
    EXPECT_TRUE(found.contains(parse_ip_address("192.0.2.1")->address));
    EXPECT_TRUE(found.contains(parse_ip_address("198.51.100.0")->address));
}

}  // namespace
}  // namespace trunkwarden
