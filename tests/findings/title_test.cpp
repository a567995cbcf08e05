#include "findings/title.hpp"

#include <gtest/gtest.h>

#include "fakes/judging.hpp"

namespace trunkwarden {
namespace {

using fakes::judge_with;

std::string title(const std::vector<deviation>& found, const object_names& names = {})
{
    return found.size() == 1 ? title_of(found.front(), names) : std::to_string(found.size()) + " deviations";
}

TEST(Title, NamesTheConnectionAnUnknownIpHangsOn)
{
    const auto found =
        judge_with("", "ips", R"([{"id":"1","ip_address":"192.0.2.66","port":5060,"connection_id":"7"}])");
    EXPECT_EQ(title(found, {{"7", "office-pbx"}}), "Unknown SIP IP 192.0.2.66:5060 on connection office-pbx");
    EXPECT_EQ(title(found), "Unknown SIP IP 192.0.2.66:5060 on connection 7");
}

TEST(Title, SaysWhereForwardedCallsGo)
{
    const auto forward = [](const char* to) {
        return title(
            judge_with("", "call_forwarding",
                       R"([{"id":"1","phone_number":"+14155550100","call_forwarding":{)"
                       R"("call_forwarding_enabled":true,"forwarding_type":"always","forwards_to":")" +
                           std::string(to) + R"("}}])"));
    };
    EXPECT_EQ(forward("+18765551234"),
              "Unknown call forwarding +14155550100 to +18765551234: Jamaica (+1 876), looks domestic");
    EXPECT_EQ(forward("+37190012345"),
              "Unknown call forwarding +14155550100 to +37190012345: premium rate, Latvia (+371 900)");
    EXPECT_NE(forward("nonsense").find("not an E.164 number"), std::string::npos);
}

TEST(Title, SaysWhatChangedFromWhat)
{
    const auto found = judge_with(
        "texml_applications:\n  - {id: 1, friendly_name: ivr, voice_url: \"https://a.example.com/\"}\n",
        "texml_applications", R"([{"id":"1","friendly_name":"ivr","voice_url":"https://evil.example/"}])");
    EXPECT_EQ(title(found),
              "TeXML application ivr changed: voice_url is https://evil.example/; expected: "
              "https://a.example.com/");
}

TEST(Title, NamesBothTheTrustedConnectionAndTheOneThatIsThere)
{
    const auto found =
        judge_with("phone_numbers:\n  - {phone_number: \"+14155550100\", connection_id: 7}\n",
                   "phone_numbers", R"([{"id":"1","phone_number":"+14155550100","connection_id":"8"}])");
    EXPECT_EQ(title(found, {{"7", "office-pbx"}, {"8", "thief"}}),
              "Phone number +14155550100 changed: connection_id is thief; expected: office-pbx");
}

TEST(Title, PutsTheLoosenedFieldFirst)
{
    const auto found =
        judge_with("outbound_voice_profiles:\n  - {id: 1, enabled: true, daily_spend_limit: \"50.00\"}\n",
                   "outbound_voice_profiles", R"([{"id":"1","name":"office","enabled":false}])");
    EXPECT_EQ(title(found),
              "Outbound voice profile office weakened: daily_spend_limit is nothing; expected: 50.00 (and 1 "
              "more)");
}

TEST(Title, NamesAMissingObjectAsTheBaselineDoes)
{
    const auto found =
        judge_with("texml_applications:\n  - {id: 149, friendly_name: ivr}\n", "texml_applications", "[]");
    EXPECT_EQ(title(found), "TeXML application ivr is missing");
}

TEST(Title, SaysThatTheOneAutoRechargeObjectIsNotInTheBaseline)
{
    deviation found;
    found.type = find_resource("auto_recharge");
    found.id = found.label = "auto_recharge";
    found.kind = deviation_kind::unknown;
    EXPECT_EQ(title_of(found, {}), "Unknown auto-recharge");
}

}  // namespace
}  // namespace trunkwarden
