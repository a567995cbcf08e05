#include "diff/diff.hpp"

#include <gtest/gtest.h>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/judging.hpp"
#include "findings/title.hpp"

namespace trunkwarden {
namespace {

using fakes::judge_with;
using fakes::objects;

TEST(Diff, FindsNothingWhenEveryObjectIsAsItsEntrySays)
{
    const auto found = judge_with("ips:\n  - {ip_address: 192.0.2.1, connection_id: 7}\n", "ips",
                                  R"([{"id":"1","ip_address":"192.0.2.1","port":5060,"connection_id":"7"}])");
    EXPECT_TRUE(found.empty());
}

TEST(Diff, CallsAnObjectThatNoEntryCoversUnknownWithItsFieldsAndTheSeverityOfItsResource)
{
    const auto found =
        judge_with("ips:\n  - {ip_address: 192.0.2.1}\n", "ips",
                   R"([{"id":"1","ip_address":"192.0.2.66","port":5060,"connection_id":"7"}])");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::unknown);
    EXPECT_EQ(found[0].level, severity::critical);
    EXPECT_EQ(found[0].label, "192.0.2.66:5060");
    ASSERT_EQ(found[0].fields.size(), 3U);
    EXPECT_EQ(found[0].fields[0].field, "ip_address");
    EXPECT_EQ(found[0].fields[0].expected, std::nullopt);
    EXPECT_EQ(found[0].fields[0].actual, "192.0.2.66");
}

TEST(Diff, PutsAllDifferingFieldsOfAPinnedObjectIntoOneDeviationAsHeavyAsTheHeaviest)
{
    const auto found = judge_with(
        "texml_applications:\n  - {id: 1, friendly_name: ivr, voice_url: \"https://ivr.example.com/*\", "
        "active: true}\n",
        "texml_applications",
        R"([{"id":"1","friendly_name":"x","voice_url":"https://evil.example/a","active":true}])");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::changed);
    EXPECT_EQ(found[0].level, severity::critical);
    ASSERT_EQ(found[0].fields.size(), 2U);
    EXPECT_EQ(found[0].fields[1].expected, "https://ivr.example.com/*");
    EXPECT_EQ(found[0].fields[1].actual, "https://evil.example/a");
}

TEST(Diff, CallsALoosenedLimitWeakenedAndCritical)
{
    const char* trusted =
        "outbound_voice_profiles:\n  - {id: 1, whitelisted_destinations: [US, NO], daily_spend_limit: "
        "\"50.00\"}\n";
    const auto widened =
        judge_with(trusted, "outbound_voice_profiles",
                   R"([{"id":"1","whitelisted_destinations":["NO","US","LV"],"daily_spend_limit":"50.0"}])");
    ASSERT_EQ(widened.size(), 1U);
    EXPECT_EQ(widened[0].kind, deviation_kind::weakened);
    EXPECT_EQ(widened[0].level, severity::critical);
    EXPECT_EQ(widened[0].fields.at(0).expected, "[NO, US]");
    EXPECT_EQ(widened[0].fields.at(0).actual, "[LV, NO, US]");

    const auto lifted =
        judge_with(trusted, "outbound_voice_profiles",
                   R"([{"id":"1","whitelisted_destinations":["US","NO"],"daily_spend_limit":null}])");
    ASSERT_EQ(lifted.size(), 1U);
    EXPECT_EQ(lifted[0].kind, deviation_kind::weakened);
    EXPECT_EQ(lifted[0].fields.at(0).actual, std::nullopt);

    const auto tightened =
        judge_with(trusted, "outbound_voice_profiles",
                   R"([{"id":"1","whitelisted_destinations":["US"],"daily_spend_limit":"50.00"}])");
    ASSERT_EQ(tightened.size(), 1U);
    EXPECT_EQ(tightened[0].kind, deviation_kind::changed);
}

TEST(Diff, CallsAPinnedObjectMissingOnlyFromAWholeList)
{
    const char* trusted =
        "phone_numbers:\n  - phone_number: [\"+14155550100\", \"+14155550101\"]\n    connection_id: 7\n";
    const char* list = R"([{"id":"11","phone_number":"+14155550100","connection_id":"7"}])";
    const auto whole = judge_with(trusted, "phone_numbers", list);
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_EQ(whole[0].kind, deviation_kind::missing);
    EXPECT_EQ(whole[0].id, "+14155550101");
    EXPECT_EQ(whole[0].level, severity::high);
    EXPECT_TRUE(judge_with(trusted, "phone_numbers", list, extent::partial).empty());
}

TEST(Diff, ARuleThatCoversNothingIsNoFinding)
{
    EXPECT_TRUE(judge_with("ips:\n  - {ip_address: 192.0.2.0/24}\n", "ips", "[]").empty());
}

TEST(Diff, ReroutingANumberIsAChangeOfHighSeverity)
{
    const auto found =
        judge_with("phone_numbers:\n  - {phone_number: \"+14155550100\", connection_id: 7}\n",
                   "phone_numbers", R"([{"id":"11","phone_number":"+14155550100","connection_id":"666"}])");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::changed);
    EXPECT_EQ(found[0].level, severity::high);
    EXPECT_EQ(found[0].address, "11");
}

TEST(Diff, AnExpiredEntryNoLongerTrusts)
{
    const char* list = R"([{"id":"1","ip_address":"192.0.2.1","port":5060,"connection_id":"7"}])";
    EXPECT_TRUE(judge_with("ips:\n  - {ip_address: 192.0.2.1, expires: 2026-11-22}\n", "ips", list).empty())
        << "it trusts through the end of its day";
    const auto found = judge_with("ips:\n  - {ip_address: 192.0.2.1, expires: 2026-11-21}\n", "ips", list);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::expired);
    EXPECT_EQ(found[0].level, severity::high);
    EXPECT_EQ(found[0].note, "expired on 2026-11-21");
}

TEST(Diff, TellsASecretThatChangedWithoutShowingIt)
{
    const auto& type = *find_resource("credential_connections");
    const fakes::reader read(type);
    const auto before = read(R"([{"id":"1","password":"CANARY-old"}])");
    const auto after = read(R"([{"id":"1","password":"CANARY-new"}])");
    accepted_secrets secrets;
    secrets.remember(type, (*before.front())[0]);
    const auto trusted = parse_baseline("version: 1\ncredential_connections:\n  - {id: 1, active: null}\n",
                                        "b.yml", catalogue);
    ASSERT_TRUE(trusted.problems.empty()) << to_string(trusted.problems[0]);
    const trusted_state by{trusted.value.entries_of(type), secrets, fakes::today};

    EXPECT_TRUE(diff(type, by, before, extent::complete).empty());
    const auto found = diff(type, by, after, extent::complete);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::changed);
    EXPECT_EQ(found[0].level, severity::critical);
    EXPECT_EQ(found[0].fields.at(0).expected, "(secret)");
    EXPECT_EQ(found[0].fields.at(0).actual, "(secret)");
}

TEST(Diff, WeighsWhereANumberIsForwardedTo)
{
    const char* trusted =
        "call_forwarding:\n  - {phone_number: \"+14155550100\", forwards_to: \"+14155550199\", "
        "forwarding_type: always}\n";
    const auto found = judge_with(
        trusted, "call_forwarding",
        R"([{"id":"1","phone_number":"+14155550100","call_forwarding":{"call_forwarding_enabled":true,)"
        R"("forwards_to":"+18765551234","forwarding_type":"always"}}])");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::changed);
    EXPECT_EQ(found[0].level, severity::critical);
}

TEST(Diff, TrustedForwardingThatIsOffIsNotWorseThanLow)
{
    const auto found = judge_with(
        "call_forwarding:\n  - {phone_number: \"+14155550100\", forwards_to: \"+14155550199\"}\n",
        "call_forwarding",
        R"([{"id":"1","phone_number":"+14155550100","call_forwarding":{"call_forwarding_enabled":false}}])");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::missing);
    EXPECT_EQ(found[0].level, severity::low);
}

TEST(Diff, SaysUntilWhenAPortOutHasToBeAnswered)
{
    const auto title = [](const std::string& baseline, const std::string& members) {
        const auto found = judge_with(baseline, "portouts",
                                      R"([{"id":"1","phone_numbers":["+14155550120"],)" + members + "}]");
        return found.empty() ? std::string("(none)") : title_of(found[0], {});
    };
    constexpr auto pending = R"("status":"pending","created_at":"2026-11-20T10:00:00.000Z")";
    const std::string deadline =
        "; reject it before 2026-11-21T10:00:00Z: without an answer, Telnyx lets the number go between then "
        "and 2026-11-22T10:00:00Z";
    EXPECT_EQ(title("", pending), "Unknown port-out order +14155550120" + deadline);
    EXPECT_EQ(title("", R"("status":"pending","created_at":"soon")"),
              "Unknown port-out order +14155550120; reject it at once: without an answer, Telnyx lets the "
              "number go within 24 to 48 hours");
    EXPECT_EQ(title("", R"("status":"authorized","created_at":"2026-11-20T10:00:00.000Z")"),
              "Unknown port-out order +14155550120")
        << "it was answered";
    EXPECT_EQ(title("portouts:\n  - {id: 1, expires: 2026-01-01}\n", pending),
              "Trust in port-out order +14155550120 expired on 2026-01-01" + deadline);
    EXPECT_EQ(title("portouts:\n  - {id: 1, carrier_name: Ours}\n",
                    std::string(R"("carrier_name":"Theirs",)") + pending),
              "Port-out order +14155550120 changed: carrier_name is Theirs; expected: Ours" + deadline);
}

// A message shows the beginning of a title.
TEST(Diff, SaysUntilWhenAPortOutOfManyNumbersHasToBeAnswered)
{
    std::string numbers;
    for (int at = 100; at < 200; ++at)
        numbers += (numbers.empty() ? "\"+14155550" : ",\"+14155550") + std::to_string(at) + '"';
    const auto found = judge_with("", "portouts",
                                  R"([{"id":"1","status":"pending","created_at":"2026-11-20T10:00:00Z",)"
                                  R"("phone_numbers":[)" +
                                      numbers + "]}]");
    ASSERT_EQ(found.size(), 1U);
    const auto title = title_of(found[0], {});
    EXPECT_LT(title.size(), 400U);
    EXPECT_NE(title.find("; reject it before 2026-11-21T10:00:00Z"), std::string::npos) << title;
}

}  // namespace
}  // namespace trunkwarden
