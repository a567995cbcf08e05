#include "baseline/lint/lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "baseline/expiry.hpp"
#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/times.hpp"
#include "snapshot/fingerprint.hpp"

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using strings = std::vector<std::string>;

using fakes::today;

baseline parsed(std::string_view sections)
{
    auto reading = parse_baseline("version: 1\n" + std::string(sections), "b.yml", catalogue);
    for (const auto& found : reading.problems)
        throw std::runtime_error(to_string(found));
    return std::move(reading.value);
}

// The objects of the account: whole resources, by the values of the fields that matter.
class live_account {
public:
    live_account() : known_(catalogue.size(), nullptr) {}

    live_account& holds(std::string_view resource, const std::vector<std::vector<std::string>>& rows)
    {
        const auto& type = *find_resource(resource);
        auto page = std::make_shared<object_page>(type.fields.size());
        for (std::size_t at = 0; at < rows.size(); ++at) {
            auto values = rows[at];
            values.resize(type.fields.size());
            page->add({fmt::format("i{}", at), fmt::format("i{}", at), "", ""}, values);
        }
        lists_.push_back(std::make_unique<object_list>(object_list{std::move(page)}));
        known_[static_cast<std::size_t>(&type - catalogue.data())] = lists_.back().get();
        return *this;
    }

    live_objects objects() const { return known_; }

private:
    std::vector<std::unique_ptr<object_list>> lists_;
    std::vector<const object_list*> known_;
};

std::vector<lint_issue> weaknesses(std::string_view sections, const live_account& live = {})
{
    return lint(catalogue, parsed(sections), today, live.objects());
}

// "LINE kind", but not of fields left out, unless those are asked for: these entries are short.
strings told(std::string_view sections, const live_account& live = {})
{
    strings out;
    for (const auto& found : weaknesses(sections, live))
        if (found.kind != lint_issue_kind::unpinned_field)
            out.push_back(fmt::format("{} {}", found.line, name_of(found.kind)));
    return out;
}

std::string message_of(lint_issue_kind kind, std::string_view sections, const live_account& live = {})
{
    for (const auto& found : weaknesses(sections, live))
        if (found.kind == kind)
            return found.message;
    return "(none)";
}

TEST(Lint, HasNothingToSayOfWholePins)
{
    EXPECT_TRUE(weaknesses(R"(two_factor: {required: true, attested: 2026-11-20, max_age: 30d}
ips:
  - id: "1"
    ip_address: 203.0.113.7
    port: 5060
    connection_id: "1293384261075731499"
oauth_grants:
  - id: g1
    client_id: c1
    scopes: [admin]
phone_numbers:
  - phone_number:
      - "+14155550100"
      - "+14155550101"
    connection_id: "1"
    messaging_profile_id: ""
    status: active
    number_level_routing: disabled
    call_recording_enabled: false
    emergency_enabled: false
    emergency_address_id: ""
    deletion_lock_enabled: false
)")
                    .empty());
}

TEST(Lint, NamesTheFieldsThatAPinLeavesOutHeaviestFirst)
{
    const auto found = weaknesses(
        "phone_numbers:\n"
        "  - phone_number: \"+14155550100\"\n"
        "    messaging_profile_id: \"\"\n"
        "    status: active\n"
        "    call_recording_enabled: false\n"
        "    emergency_enabled: false\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, lint_issue_kind::unpinned_field);
    EXPECT_EQ(found[0].line, 3U);
    EXPECT_EQ(found[0].resource, "phone_numbers");
    EXPECT_THAT(found[0].message,
                HasSubstr("connection_id (high), number_level_routing (high), deletion_lock_enabled (high), "
                          "emergency_address_id (medium): a thief could change them "
                          "without a finding"));
}

TEST(Lint, AsksARuleForHeavyFieldsOnly)
{
    EXPECT_THAT(message_of(lint_issue_kind::unpinned_field, "ips:\n  - ip_address: 203.0.113.7\n"),
                HasSubstr("port (critical), connection_id (critical)"));
    EXPECT_EQ(message_of(lint_issue_kind::unpinned_field,
                         "ips:\n  - {ip_address: 203.0.113.7, port: 5060, connection_id: c}\n"),
              "(none)");
    EXPECT_EQ(
        message_of(lint_issue_kind::unpinned_field, "verified_numbers:\n  - phone_number: \"+1415*\"\n"),
        "(none)");
}

TEST(Lint, NamesWhatExpiredAndSaysNothingElseOfIt)
{
    const auto text =
        "call_forwarding:\n  - phone_number: \"+14155550100\"\n    forwards_to: \"+18765551234\"\n"
        "    expires: 2026-11-20\n";
    const auto found = weaknesses(text);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, lint_issue_kind::expired);
    EXPECT_EQ(found[0].line, 5U);
    EXPECT_THAT(found[0].message, HasSubstr("2 days ago, on 2026-11-20"));
}

TEST(Lint, NamesWhatExpiresWithinTwoWeeks)
{
    const auto entry = [](std::string_view expires) {
        return fmt::format("ips:\n  - {{id: a, reason: test, expires: {}}}\n", expires);
    };
    EXPECT_EQ(told(entry("2026-12-06")), strings{"3 expires-soon"});
    EXPECT_EQ(told(entry("2026-12-07")), strings{});
    EXPECT_THAT(message_of(lint_issue_kind::expires_soon, entry("2026-11-22")), HasSubstr("today"));
    EXPECT_THAT(message_of(lint_issue_kind::expires_soon, entry("2026-11-23")), HasSubstr("tomorrow"));
    EXPECT_EQ(told(entry("2026-11-21")), strings{"3 expired"});
}

TEST(Lint, NamesAnAttestationThatIsOldOrSoonWillBe)
{
    const auto attested = [](std::string_view on) {
        return fmt::format("two_factor:\n  required: true\n  attested: {}\n  max_age: 30d\n", on);
    };
    EXPECT_EQ(told(attested("2026-10-22")), strings{"4 old-attestation"});
    EXPECT_THAT(message_of(lint_issue_kind::old_attestation, attested("2026-10-22")),
                HasSubstr("ran out on 2026-11-21, 1 day ago"));
    EXPECT_THAT(message_of(lint_issue_kind::old_attestation, attested("2026-10-30")),
                HasSubstr("ends on 2026-11-29, in 7 days"));
    EXPECT_EQ(told(attested("2026-10-31")), strings{});
}

TEST(Lint, NamesTwoFactorAuthenticationThatIsNotRequired)
{
    EXPECT_EQ(told("two_factor:\n  required: false\n"), strings{"3 dangerous"});
}

TEST(Lint, AsksExceptionsForTheirReason)
{
    EXPECT_EQ(told("ips:\n  - {id: a, expires: 2027-11-22}\n"), strings{"3 no-reason"});
    EXPECT_EQ(told("ips:\n  - {ip_address: 198.51.100.0/28}\n"), strings{"3 no-reason"});
    EXPECT_EQ(told("texml_applications:\n  - {id: a, voice_url: https://ivr.example.com/*}\n"),
              strings{"3 no-reason"});
    EXPECT_EQ(told("texml_applications:\n  - {id: a, voice_method: [get, post]}\n"), strings{"3 no-reason"});
    EXPECT_EQ(told("ips:\n  - {ip_address: 198.51.100.0/28, reason: carrier}\n"), strings{});
}

TEST(Lint, NeverAsksPlainPinsForAReason)
{
    EXPECT_EQ(
        told("phone_numbers:\n  - {phone_number: [\"+14155550100\", \"+14155550101\"], status: active}\n"
             "outbound_voice_profiles:\n  - {id: a, whitelisted_destinations: [US, CA]}\n"),
        strings{});
}

TEST(Lint, NamesWhatIsDangerousAtTheLineOfTheField)
{
    const auto text =
        "call_forwarding:\n"
        "  - phone_number: \"+14155550100\"\n"
        "    forwarding_type: always\n"
        "    forwards_to: [\"+14155550199\", \"+18765551234\", \"+18765551235\"]\n";
    EXPECT_EQ(told(text), (strings{"3 no-reason", "5 dangerous"}));
    EXPECT_THAT(message_of(lint_issue_kind::dangerous, text), HasSubstr("Jamaica"));
    EXPECT_THAT(message_of(lint_issue_kind::dangerous, text), HasSubstr("1 value like it"));
}

TEST(Lint, NamesAPatternThatCouldBeDangerous)
{
    EXPECT_EQ(told("texml_applications:\n  - {id: a, reason: test, voice_url: \"http://a.example.com/*\"}\n"),
              strings{"3 dangerous"});
    EXPECT_EQ(
        told("call_forwarding:\n  - {phone_number: \"+14155550100\", reason: r, forwards_to: \"+*\"}\n"),
        strings{"3 dangerous"});
}

TEST(Lint, IsSilentOfADangerThatHasAReasonAndAnEnd)
{
    const auto entry = [](std::string_view more) {
        return fmt::format("texml_applications:\n  - {{id: a, voice_url: http://10.0.0.1/ivr{}}}\n", more);
    };
    EXPECT_EQ(told(entry("")), (strings{"3 dangerous", "3 no-reason"}));
    EXPECT_EQ(told(entry(", reason: lab")), strings{"3 dangerous"});
    EXPECT_EQ(told(entry(", reason: lab, expires: 2027-11-22")), strings{});
}

TEST(Lint, NamesWhatIsWideWhateverTheAccountHolds)
{
    EXPECT_EQ(told("ips:\n  - {ip_address: 10.0.0.0/8, reason: r}\n"), strings{"3 wide-network"});
    EXPECT_EQ(told("ips:\n  - {ip_address: 10.1.0.0/16, reason: r}\n"), strings{});
    EXPECT_EQ(told("texml_applications:\n  - {id: a, friendly_name: \"*\", reason: r}\n"),
              strings{"3 wide-wildcard"});
}

TEST(Lint, NamesEveryPatternThatFitsAHostOfSomebodyElse)
{
    const auto entry = [](std::string_view field, std::string_view pattern) {
        return fmt::format("texml_applications:\n  - {{id: a, {}: \"{}\", reason: r, expires: 2027-11-22}}\n",
                           field, pattern);
    };
    for (const std::string pattern : {"https://*.com/*", "https://*acme.example/*", "https://*.ngrok.io/*"})
        EXPECT_EQ(told(entry("voice_url", pattern)), strings{"3 wide-wildcard"}) << pattern;
    EXPECT_EQ(told(entry("voice_url", "https://*.acme.example/*")), strings{});
    EXPECT_EQ(told("fqdns:\n  - {id: a, fqdn: sip.acme.example*, reason: r}\n"), strings{"3 wide-wildcard"});
    EXPECT_EQ(told("fqdns:\n  - {id: a, fqdn: \"*.acme.example\", reason: r}\n"), strings{});
    EXPECT_EQ(told(entry("friendly_name", "sip:*@sip.acme.example")), strings{"3 wide-wildcard"});
    EXPECT_EQ(told(entry("friendly_name", "sip:*.acme.example")), strings{});
    EXPECT_EQ(told(entry("friendly_name", "desk *")), strings{});
    EXPECT_THAT(message_of(lint_issue_kind::wide_wildcard, entry("voice_url", "https://*.com/*")),
                HasSubstr("accepts hosts of somebody else"));
}

TEST(Lint, ProposesNoPatternThatABaselineMayNotHold)
{
    live_account live;
    live.holds("texml_applications",
               {{"ivr", "true", "https://a1.example.com/x"}, {"ivr", "true", "https://a2.example.com/x"}});
    EXPECT_EQ(told("texml_applications:\n  - {voice_url: \"https://*.example.com/*\", reason: r}\n", live),
              strings{"3 wide-wildcard"});
    live.holds("texml_applications",
               {{"ivr", "true", "https://a1.example.com/x"}, {"ivr", "true", "https://a2.example.org/y"}});
    EXPECT_EQ(told("texml_applications:\n  - {voice_url: \"*\", reason: r}\n", live),
              (strings{"3 dangerous", "3 wide-wildcard"}));
}

TEST(Lint, SaysWhichNetworkWouldDo)
{
    const auto rule = "ips:\n  - ip_address: 198.51.100.0/24\n    reason: r\n";
    live_account live;
    live.holds("ips", {{"198.51.100.1", "5060", "c"}, {"198.51.100.2", "5060", "c"}, {"203.0.113.7"}});
    EXPECT_EQ(told(rule, live), strings{"3 wide-network"});
    EXPECT_THAT(message_of(lint_issue_kind::wide_network, rule, live),
                HasSubstr("198.51.100.0/24 covers 256 addresses, and 2 objects are there: 198.51.100.0/30 "
                          "would do"));
    live.holds("ips", {{"198.51.100.9"}});
    EXPECT_THAT(message_of(lint_issue_kind::wide_network, rule, live), HasSubstr(": 198.51.100.9 would do"));
    live.holds("ips", {{"198.51.100.9"}, {"198.51.100.200"}});
    EXPECT_EQ(told(rule, live), strings{});
    EXPECT_EQ(told(rule), strings{});
}

TEST(Lint, SaysWhichPatternWouldDo)
{
    const auto rule = "texml_applications:\n  - voice_url: https://*.example.com/*\n    reason: r\n";
    live_account live;
    live.holds("texml_applications", {{"ivr", "true", "https://a.example.com/1.xml"},
                                      {"ivr", "true", "https://a.example.com/22.xml"}});
    EXPECT_EQ(told(rule, live), strings{"3 wide-wildcard"});
    EXPECT_THAT(message_of(lint_issue_kind::wide_wildcard, rule, live),
                HasSubstr("\"https://a.example.com/*.xml\" would do"));
    live.holds("texml_applications", {{"ivr", "true", "https://a.example.com/1.xml"}});
    EXPECT_THAT(message_of(lint_issue_kind::wide_wildcard, rule, live),
                HasSubstr("\"https://a.example.com/1.xml\" would do"));
    live.holds("texml_applications",
               {{"ivr", "true", "https://a.example.com/"}, {"ivr", "true", "https://bc.example.com/x"}});
    EXPECT_EQ(told(rule, live), strings{});
}

TEST(Lint, NamesARuleThatMatchesNothing)
{
    live_account live;
    live.holds("ips", {{"203.0.113.7", "5060", "c"}});
    EXPECT_EQ(told("ips:\n  - {ip_address: 203.0.113.8}\n  - {ip_address: 203.0.113.7}\n", live),
              strings{"3 matches-nothing"});
    EXPECT_EQ(told("ips:\n  - {ip_address: 203.0.113.8}\n"), strings{});
    EXPECT_EQ(told("ips:\n  - {id: gone}\n", live), strings{});
}

TEST(Lint, CountsTheValuesOfAListThatMatchNothing)
{
    const auto rule =
        "ips:\n  - connection_id: c\n    ip_address: [203.0.113.7, 203.0.113.8, 203.0.113.9]\n"
        "    reason: r\n";
    live_account live;
    live.holds("ips", {{"203.0.113.7", "5060", "c"}, {"203.0.113.8", "5060", "elsewhere"}});
    EXPECT_EQ(told(rule, live), strings{"4 matches-nothing"});
    EXPECT_THAT(message_of(lint_issue_kind::matches_nothing, rule, live),
                HasSubstr("2 of the 3 values match nothing"));
}

TEST(Lint, NamesApplicationsWhoseCallsAreNotCounted)
{
    live_account live;
    live.holds("call_control_applications", {{}, {}});
    EXPECT_EQ(told("active_calls: [{connection_id: i0, max_calls: 2}]\n", live), strings{"2 weak-limit"});
    EXPECT_THAT(
        message_of(lint_issue_kind::weak_limit, "active_calls: [{connection_id: i0, max_calls: 2}]\n", live),
        HasSubstr("the calls of 1 application that may dial are not counted: i1; give each"));
    EXPECT_EQ(told("active_calls:\n  - {connection_id: i0, max_calls: 2}\n"
                   "  - {connection_id: i1, max_calls: 2}\n",
                   live),
              strings{});
    EXPECT_EQ(told("", live), strings{}) << "a section that is missing is named apart";
}

TEST(Lint, NamesAnObjectThatIsPinnedTwice)
{
    EXPECT_EQ(told("ips:\n  - {id: [a, b], port: 1}\n  - {id: b, port: 2}\n"), strings{"4 duplicate"});
    EXPECT_EQ(told("ips:\n  - {id: a, port: 1}\n  - {id: a, port: 1.0}\n"), strings{"4 duplicate"});
    EXPECT_EQ(told("ips:\n  - {id: a}\n  - {id: a, port: 1}\n"), strings{"4 hidden"});
    EXPECT_THAT(message_of(lint_issue_kind::duplicate, "ips:\n  - {id: a, port: 1}\n  - {id: a, port: 2}\n"),
                HasSubstr("line 3"));
}

TEST(Lint, TakesAPinBesideOneThatEndsForAnException)
{
    EXPECT_EQ(told("ips:\n  - {id: a, port: 1}\n  - {id: a, port: 2, reason: r, expires: 2027-11-22}\n"),
              strings{});
    EXPECT_EQ(told("ips:\n  - {id: a, port: 1, reason: r, expires: 2027-11-22}\n  - {id: a, port: 1}\n"),
              strings{});
}

TEST(Lint, NamesARuleThatAnEarlierOneCovers)
{
    const auto second = [](std::string_view first, std::string_view then) {
        return told(fmt::format("ips:\n  - {{{}, reason: r}}\n  - {{{}, reason: r}}\n", first, then));
    };
    EXPECT_EQ(second("ip_address: 203.0.113.7", "ip_address: 203.0.113.7"), strings{"4 duplicate"});
    EXPECT_EQ(second("ip_address: 203.0.113.0/24", "ip_address: 203.0.113.7, port: 5060"),
              strings{"4 hidden"});
    EXPECT_EQ(second("ip_address: 203.0.113.0/24", "ip_address: 203.0.113.16/28"), strings{"4 hidden"});
    EXPECT_EQ(second("ip_address: 203.0.113.16/28", "ip_address: 203.0.113.0/24"), strings{});
    EXPECT_EQ(second("ip_address: [203.0.113.7, 203.0.113.8]", "ip_address: 203.0.113.8"),
              strings{"4 hidden"});
    EXPECT_EQ(second("ip_address: 203.0.113.8", "ip_address: [203.0.113.7, 203.0.113.8]"), strings{});
    EXPECT_EQ(second("ip_address: 203.0.113.7, port: 5060", "ip_address: 203.0.113.7"), strings{});
    EXPECT_EQ(second("ip_address: 203.0.113.7, expires: 2027-01-01", "ip_address: 203.0.113.7"), strings{});
}

TEST(Lint, NamesAPatternThatAnEarlierOneCovers)
{
    const auto second = [](std::string_view first, std::string_view then) {
        return told(
            fmt::format("texml_applications:\n  - {{voice_url: \"{}\", reason: r}}\n"
                        "  - {{voice_url: \"{}\", reason: r}}\n",
                        first, then));
    };
    EXPECT_EQ(second("https://a.example.com/*", "https://a.example.com/ivr/*"), strings{"4 hidden"});
    EXPECT_EQ(second("https://a.example.com/*", "https://a.example.com/ivr"), strings{"4 hidden"});
    EXPECT_EQ(second("https://a.example.com/ivr/*", "https://a.example.com/*"), strings{});
    EXPECT_EQ(second("https://a.example.com/*.xml", "https://a.example.com/*"), strings{});
}

TEST(Lint, ShowsTextOfTheBaselineAsOneLine)
{
    EXPECT_THAT(
        message_of(lint_issue_kind::wide_wildcard,
                   "texml_applications:\n  - {voice_url: \"https://a.example.com/\\u202e*\", reason: r}\n",
                   live_account().holds("texml_applications", {{"", "", "https://a.example.com/\u202exx"}})),
        HasSubstr("\\u{202e}"));
}

TEST(BaselineEnds, AreTheFirstOfAllEntriesAndTheAttestation)
{
    using namespace std::chrono;
    const auto ends = [](const char* text) { return next_end(parsed(text)); };
    EXPECT_EQ(ends("ips:\n  - {id: a}\n"), std::nullopt);
    EXPECT_EQ(ends("ips:\n  - {id: a, expires: 2026-12-01}\nfqdns:\n  - {id: a, expires: 2026-11-25}\n"),
              time_point(sys_days(year(2026) / 11 / 26)));
    EXPECT_EQ(ends("ips:\n  - {id: a, expires: 2038-01-19}\n"), time_point(sys_days(year(2038) / 1 / 20)));
    EXPECT_EQ(ends("ips:\n  - {id: a, expires: 9999-12-31}\n"), latest_time);
    EXPECT_EQ(ends("two_factor: {attested: 2026-11-01, max_age: 30d}\n"),
              time_point(sys_days(year(2026) / 12 / 2)));
    EXPECT_EQ(ends("two_factor: {required: false, attested: 2026-11-01}\n"), std::nullopt);
}

TEST(Lint, NamesSecretsThatTheAccountDoesNotShow)
{
    const auto& type = *find_resource("credential_connections");
    std::vector<std::string> masked(type.fields.size()), shown(type.fields.size());
    const auto password = static_cast<std::size_t>(
        std::ranges::find(type.fields, "password", &watched_field::name) - type.fields.begin());
    masked[password] = not_shown;
    shown[password] = "hmac:0123";
    const std::string trusted = "credential_connections: [{id: i0}, {id: i1}]\n";
    const auto message = message_of(lint_issue_kind::not_shown, trusted,
                                    live_account().holds("credential_connections", {shown, masked}));
    EXPECT_THAT(message, HasSubstr("password is not shown by the API"));
    EXPECT_EQ(message_of(lint_issue_kind::not_shown, trusted,
                         live_account().holds("credential_connections", {shown, shown})),
              "(none)");
    EXPECT_EQ(message_of(lint_issue_kind::not_shown, trusted), "(none)") << "offline, nobody knows";
}

}  // namespace
}  // namespace trunkwarden
