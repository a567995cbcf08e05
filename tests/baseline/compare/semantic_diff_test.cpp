#include "baseline/compare/semantic_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "baseline/sample_types.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

baseline parsed(const std::string& text)
{
    auto reading = samples::read("version: 1\n" + text);
    for (const auto& found : reading.problems)
        throw std::invalid_argument(to_string(found));
    return std::move(reading.value);
}

std::vector<std::string> changes(const std::string& before, const std::string& after)
{
    std::vector<std::string> out;
    const auto then = parsed(before);
    const auto now = parsed(after);
    const auto found = semantic_diff(samples::types, then, now);
    for (const auto& change : found.shown())
        out.push_back((change.direction == config_change::way::wider ? "wider: " : "narrower: ") +
                      change.sentence);
    return out;
}

TEST(SemanticDiff, NamesWhatIsNewAndWhatIsGone)
{
    EXPECT_THAT(changes("ips:\n  - {ip_address: 203.0.113.7}\noauth_clients:\n  - {id: 7, name: ci-old}\n",
                        "ips:\n  - {ip_address: 203.0.113.7}\n"
                        "  - {ip_address: 198.51.100.0/28, expires: 2027-03-31}\n"),
                ElementsAre("wider: now trusts 198.51.100.0/28 on ips until 2027-03-31",
                            "narrower: no longer trusts ci-old on oauth_clients"));
}

TEST(SemanticDiff, SaysNothingOfEntriesThatMovedWereGroupedOrSplit)
{
    const std::string apart =
        "phone_numbers:\n"
        "  - {phone_number: \"+14155550100\", connection_id: 1}\n"
        "  - {phone_number: \"+14155550101\", connection_id: 1}\n"
        "  - {phone_number: \"+14155550102\", connection_id: 2}\n"
        "ips:\n"
        "  - {ip_address: 203.0.113.7, port: [5060, 5061]}\n"
        "  - {ip_address: 203.0.113.8, port: [5060, 5061]}\n";
    const std::string grouped =
        "ips:\n"
        "  - {ip_address: [203.0.113.8, 203.0.113.7], port: 5061}\n"
        "  - {ip_address: [203.0.113.8, 203.0.113.7], port: 5060}\n"
        "phone_numbers:\n"
        "  - {phone_number: \"+14155550102\", connection_id: 2}\n"
        "  - {phone_number: [\"+14155550101\", \"+14155550100\"], connection_id: 1}\n";
    EXPECT_THAT(changes(apart, grouped), IsEmpty());
    EXPECT_THAT(changes(grouped, apart), IsEmpty());
}

TEST(SemanticDiff, SaysNothingOfAnotherReasonTicketOrApprover)
{
    EXPECT_THAT(changes("ips:\n  - {ip_address: 203.0.113.7, reason: a, approved_by: b, ticket: c}\n",
                        "# a comment\nips:\n  - {ip_address: 203.0.113.7, reason: x, approved_by: y}\n"),
                IsEmpty());
}

TEST(SemanticDiff, TellsTheMembersThatASetWonAndLost)
{
    EXPECT_THAT(changes("outbound_voice_profiles:\n  - {id: 15, whitelisted_destinations: [US, NO]}\n",
                        "outbound_voice_profiles:\n  - {id: 15, whitelisted_destinations: [CU, US]}\n"),
                ElementsAre("wider: whitelisted_destinations of thing 15: also trusts CU, no longer NO"));
    EXPECT_THAT(changes("outbound_voice_profiles:\n  - {id: 15, whitelisted_destinations: [US, NO]}\n",
                        "outbound_voice_profiles:\n  - {id: 15, whitelisted_destinations: [US]}\n"),
                ElementsAre("narrower: whitelisted_destinations of thing 15: no longer trusts NO"));
}

TEST(SemanticDiff, TellsAPinThatIsGoneNewOrAnother)
{
    EXPECT_THAT(changes("outbound_voice_profiles:\n  - {id: 15, daily_spend_limit: \"50\"}\n",
                        "outbound_voice_profiles:\n  - {id: 15}\n"),
                ElementsAre("wider: daily_spend_limit of thing 15 is no longer pinned"));
    EXPECT_THAT(changes("outbound_voice_profiles:\n  - {id: 15}\n",
                        "outbound_voice_profiles:\n  - {id: 15, daily_spend_limit: \"50\"}\n"),
                ElementsAre("narrower: daily_spend_limit of thing 15 is now pinned to 50"));
    EXPECT_THAT(changes("outbound_voice_profiles:\n  - {id: 15, daily_spend_limit: \"50\"}\n",
                        "outbound_voice_profiles:\n  - {id: 15, daily_spend_limit: \"\"}\n"),
                ElementsAre("wider: daily_spend_limit of thing 15 is now \"\", no longer 50"));
}

TEST(SemanticDiff, TellsARuleThatLostAFieldAsOneThatTrustsMore)
{
    EXPECT_THAT(changes("ips:\n  - {ip_address: 203.0.113.7, connection_id: 1}\n",
                        "ips:\n  - {ip_address: 203.0.113.7}\n"),
                ElementsAre("wider: connection_id of thing 203.0.113.7 is no longer pinned"));
}

TEST(SemanticDiff, TellsWhenAnEntryEndsLaterSoonerOrNeverAnyMore)
{
    const auto with = [](const std::string& expires) {
        return "ips:\n  - {ip_address: 203.0.113.7" + expires + "}\n";
    };
    EXPECT_THAT(changes(with(", expires: 2027-01-01"), with(", expires: 2028-01-01")),
                ElementsAre("wider: expires of thing 203.0.113.7 moved from 2027-01-01 to 2028-01-01"));
    EXPECT_THAT(changes(with(", expires: 2028-01-01"), with(", expires: 2027-01-01")),
                ElementsAre("narrower: expires of thing 203.0.113.7 moved from 2028-01-01 to 2027-01-01"));
    EXPECT_THAT(
        changes(with(", expires: 2027-01-01"), with("")),
        ElementsAre("wider: expires of thing 203.0.113.7 is gone: it trusted through 2027-01-01 and now "
                    "trusts without end"));
    EXPECT_THAT(changes(with(""), with(", expires: 2027-01-01")),
                ElementsAre("narrower: expires of thing 203.0.113.7 is now 2027-01-01; before, it trusted "
                            "without end"));
}

TEST(SemanticDiff, TellsASecondEntryOfTheSameObject)
{
    EXPECT_THAT(
        changes("texml_applications:\n  - {id: 1, friendly_name: ivr, active: true}\n",
                "texml_applications:\n  - {id: 1, friendly_name: ivr, active: true}\n"
                "  - {id: 1, voice_url: \"https://*.example.com/\"}\n"),
        ElementsAre("wider: also trusts 1 on texml_applications with voice_url https://*.example.com/"));
}

TEST(SemanticDiff, TellsTheOrganisationAndTheSecondFactor)
{
    EXPECT_THAT(
        changes("organization_id: a\n", ""),
        ElementsAre("wider: organization_id is no longer pinned: a key of any organisation is judged"));
    EXPECT_THAT(changes("organization_id: a\n", "organization_id: b\n"),
                ElementsAre("wider: organization_id is now b, no longer a"));
    EXPECT_THAT(changes("", "organization_id: a\n"),
                ElementsAre("narrower: organization_id is now pinned to a"));
    EXPECT_THAT(changes("two_factor: {required: true}\n", "two_factor: {required: false}\n"),
                ElementsAre("wider: two-factor authentication is no longer required"));
    EXPECT_THAT(changes("two_factor: {attested: 2026-11-01, attested_by: dana}\n",
                        "two_factor: {attested: 2026-11-20, attested_by: dana, max_age: 90d}\n"),
                ElementsAre("wider: attested of two_factor moved from 2026-11-01 to 2026-11-20, by dana",
                            "wider: max_age of two_factor moved from 30 days to 90 days"));
    EXPECT_THAT(changes("spending: {max_per_hour: 25, max_top_ups_per_day: 1, min_available_credit: 50}\n",
                        "spending: {max_per_hour: 250.5, max_top_ups_per_day: 0, max_per_day: 99}\n"),
                ElementsAre("wider: max_per_hour of spending is now 250.50, was 25.00",
                            "narrower: max_per_day of spending is now 99.00, was not there",
                            "narrower: max_top_ups_per_day of spending is now 0, was 1",
                            "wider: min_available_credit of spending is now not there, was 50.00"));
    EXPECT_THAT(
        changes("spending: {max_per_hour: 25}\n", "spending: {max_per_hour: 25, max_single_charge: 60}\n"),
        ElementsAre("wider: max_single_charge of spending is now 60.00, was not there"));
    EXPECT_THAT(changes("spending: {max_per_hour: 25}\n", "spending: {max_per_hour: \"25.00\"}\n"),
                IsEmpty());
}

TEST(SemanticDiff, TellsAGroupAsOneChangeHoweverManyItNames)
{
    std::string numbers;
    for (int number = 0; number < 1234; ++number)
        numbers += fmt::format("{}\"+1415555{:04}\"", number == 0 ? "" : ", ", number);
    const auto with = [&numbers](int connection) {
        return fmt::format("phone_numbers:\n  - {{phone_number: [{}], connection_id: {}}}\n", numbers,
                           connection);
    };
    EXPECT_THAT(
        changes(with(1), with(2)),
        ElementsAre("wider: connection_id of thing +14155550000 and 1233 more is now 2, no longer 1"));
    EXPECT_THAT(changes("", with(1)),
                ElementsAre("wider: now trusts +14155550000 and 1233 more on phone_numbers"));
}

TEST(SemanticDiff, CountsWhatItDoesNotTellAndHidesNoWideningBehindIt)
{
    std::string many;
    for (int number = 0; number < 1000; ++number)
        many += fmt::format("  - {{phone_number: \"+1415555{:04}\"}}\n", number);
    const auto before = parsed("phone_numbers:\n" + many);
    const auto after = parsed("ips:\n  - {ip_address: 203.0.113.7}\n");
    const auto found = semantic_diff(samples::types, before, after);
    EXPECT_EQ(found.count(), 1001U);
    EXPECT_EQ(found.shown().size(), 1 + config_changes::max_per_way);
    EXPECT_EQ(found.hidden(), 1000 - config_changes::max_per_way);
    EXPECT_EQ(found.shown().front().sentence, "now trusts 203.0.113.7 on ips");
}

TEST(SemanticDiff, ShowsNoControlCharactersOfAName)
{
    EXPECT_THAT(changes("", "oauth_clients:\n  - {id: 7, name: \"a\\u202eb\"}\n"),
                ElementsAre("wider: now trusts a\\u{202e}b on oauth_clients"));
}

// Two thousand rules of the same name: no product of them, and no order of the file that matters.
TEST(SemanticDiff, ComparesManyRulesOfOneName)
{
    std::string forwards;
    std::string backwards;
    for (int rule = 0; rule < 2000; ++rule) {
        const auto line =
            fmt::format("  - {{ip_address: 203.0.113.7, connection_id: {}, port: {}}}\n", rule, rule);
        forwards += line;
        backwards.insert(0, line);
    }
    EXPECT_THAT(changes("ips:\n" + forwards, "ips:\n" + backwards), IsEmpty());
    EXPECT_THAT(changes("ips:\n" + forwards,
                        "ips:\n" + backwards + "  - {ip_address: 203.0.113.7, connection_id: 9, port: 1}\n"),
                ElementsAre("wider: also trusts 203.0.113.7 on ips with connection_id 9, port 1"));
}

}  // namespace
}  // namespace trunkwarden
