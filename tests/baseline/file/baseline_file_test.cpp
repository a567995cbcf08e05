#include "baseline/file/baseline_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "baseline/sample_types.hpp"
#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

using samples::entries_of;
using samples::problems_of;
using samples::read;
using strings = std::vector<std::string>;
using form = accepted_value::form;

constexpr std::string_view contract_example = R"(version: 1
organization_id: "…"          # optional; a key of another organisation refuses the account outright

ips:
  - ip_address: 203.0.113.7                  # exact
    connection_id: "1293384261075731499"
  - ip_address: 198.51.100.0/28              # CIDR, for fields of kind ip
    connection_id: "1293384261075731499"
    reason: carrier SBC range, OPS-1234
    approved_by: dana
    expires: 2027-03-31                      # after this day the entry no longer trusts anything

texml_applications:
  - id: "1494404757140276705"
    friendly_name: ivr
    voice_url: https://ivr.example.com/*     # * in strings
    active: true

call_forwarding:
  - phone_number: "+14155550100"
    forwards_to: "+14155550199"
    forwarding_type: always

phone_numbers:
  - phone_number: ["+14155550100", "+14155550101"]   # a list means any of these
    connection_id: "1293384261075731499"

outbound_voice_profiles:
  - id: "1293384261075731500"
    whitelisted_destinations: [US, NO]       # stays a list of strings: NO is Norway
    daily_spend_limit: "50.00"
two_factor:
  required: true
  attested: 2026-11-01                       # a person checked the portal on this day
  attested_by: dana
  max_age: 30d
)";

TEST(BaselineFile, ReadsTheExampleOfTheDocumentation)
{
    const auto [baseline, problems] = read(contract_example);
    ASSERT_TRUE(problems.empty()) << to_string(problems.front());
    EXPECT_EQ(baseline.file, "b.yml");
    EXPECT_EQ(baseline.organization_id, "…");

    const auto& ips = baseline.entries_of(samples::type("ips")).entries();
    ASSERT_EQ(ips.size(), 2U);
    EXPECT_EQ(ips[0].line, 5U);
    EXPECT_EQ(ips[0].pins, strings());
    ASSERT_EQ(ips[0].where.size(), 2U);
    EXPECT_EQ(ips[0].where[0].any_of[0].kind, form::exact);
    EXPECT_EQ(ips[0].where[1].any_of[0].text, "1293384261075731499");
    EXPECT_EQ(ips[1].where[0].any_of[0].kind, form::network);
    EXPECT_EQ(ips[1].where[0].any_of[0].text, "198.51.100.0/28");
    EXPECT_EQ(ips[1].reason, "carrier SBC range, OPS-1234");
    EXPECT_EQ(ips[1].approved_by, "dana");
    EXPECT_EQ(iso_date(ips[1].expires.value()), "2027-03-31");

    const auto& texml = baseline.entries_of(samples::type("texml_applications")).entries().at(0);
    EXPECT_EQ(texml.pins, strings{"1494404757140276705"});
    EXPECT_EQ(texml.where[2].any_of[0].kind, form::wildcard);

    const auto& numbers = baseline.entries_of(samples::type("phone_numbers")).entries().at(0);
    EXPECT_EQ(numbers.pins, (strings{"+14155550100", "+14155550101"}));
    EXPECT_EQ(numbers.where.size(), 1U);

    const auto& profile = baseline.entries_of(samples::type("outbound_voice_profiles")).entries().at(0);
    EXPECT_EQ(profile.where[0].any_of[0].text, "NO\x1fUS");
    EXPECT_EQ(profile.where[1].any_of[0].text, "50.00");

    EXPECT_TRUE(baseline.two_factor.present);
    EXPECT_TRUE(baseline.two_factor.required);
    EXPECT_EQ(iso_date(baseline.two_factor.attested.value()), "2026-11-01");
    EXPECT_EQ(baseline.two_factor.attested_by, "dana");
    EXPECT_EQ(baseline.two_factor.max_age, std::chrono::hours(30 * 24));
    EXPECT_EQ(baseline.two_factor.line, 32U);
}

TEST(BaselineFile, ReadsTheExampleOfTheDocumentationByTheCatalogue)
{
    const auto [baseline, problems] = parse_baseline(contract_example, "b.yml", catalogue);
    ASSERT_TRUE(problems.empty()) << to_string(problems.front());
    EXPECT_EQ(baseline.resources.size(), catalogue.size());
    EXPECT_EQ(baseline.entries_of(*find_resource("ips")).entries().size(), 2U);
}

TEST(BaselineFile, TrustsNothingInAResourceItDoesNotName)
{
    const auto reading = read("version: 1\nips:\nphone_numbers: []\n");
    EXPECT_TRUE(reading.problems.empty());
    for (const auto& type : samples::types)
        EXPECT_TRUE(reading.value.entries_of(type).entries().empty()) << type.name;
    EXPECT_FALSE(reading.value.two_factor.present);
    EXPECT_EQ(reading.value.organization_id, "");
}

TEST(BaselineFile, ReadsFlowStyleAndNestedGroupsAsTheSame)
{
    const auto dotted =
        entries_of("texml_applications", "  - {id: 5, outbound.channel_limit: 5, outbound.profile.id: x}\n");
    const auto nested =
        entries_of("texml_applications",
                   "  - id: 5\n    outbound:\n      channel_limit: 5\n      profile:\n        id: x\n");
    ASSERT_EQ(dotted.entries()[0].where.size(), 2U);
    ASSERT_EQ(nested.entries()[0].where.size(), 2U);
    for (std::size_t at = 0; at < 2; ++at) {
        EXPECT_EQ(dotted.entries()[0].where[at].field, nested.entries()[0].where[at].field);
        EXPECT_EQ(dotted.entries()[0].where[at].any_of[0].text, nested.entries()[0].where[at].any_of[0].text);
    }
}

TEST(BaselineFile, KeepsEveryScalarAsItIsWritten)
{
    const auto entries = entries_of("texml_applications", R"(
  - {friendly_name: NO, outbound.profile.id: 012, tags: [1e3, +13035559123, 2026-11-01, "yes"], reason: 007}
  - {id: 1293384261075731499, friendly_name: "null"}
)")
                             .entries();
    EXPECT_EQ(entries[0].where[0].any_of[0].text, "NO");
    EXPECT_EQ(entries[0].where[1].any_of[0].text, "012");
    EXPECT_EQ(entries[0].where[2].any_of[0].text,
              "+13035559123\x1f"
              "1e3\x1f"
              "2026-11-01\x1f"
              "yes");
    EXPECT_EQ(entries[0].reason, "007");
    EXPECT_EQ(entries[1].pins, strings{"1293384261075731499"});
    EXPECT_EQ(entries[1].where[0].any_of[0].text, "null");
}

TEST(BaselineFile, TakesNullAndNothingForTheEmptyValue)
{
    const auto entries =
        entries_of("texml_applications",
                   "  - {id: 1, voice_url: ~, active: '', outbound.channel_limit: , tags: []}\n")
            .entries();
    ASSERT_EQ(entries[0].where.size(), 4U);
    for (const auto& wanted : entries[0].where) {
        ASSERT_EQ(wanted.any_of.size(), 1U);
        EXPECT_EQ(wanted.any_of[0].kind, form::exact);
        EXPECT_EQ(wanted.any_of[0].text, "");
    }
}

TEST(BaselineFile, TakesAListForAnyOfItsValuesUnlessTheFieldIsASet)
{
    const auto entries =
        entries_of("texml_applications",
                   "  - {voice_method: [GET, post], tags: [b, a], outbound.channel_limit: [5, ~]}\n"
                   "  - {tags: a}\n")
            .entries();
    const auto& where = entries[0].where;
    ASSERT_EQ(where[0].any_of.size(), 2U);
    EXPECT_EQ(where[0].any_of[0].text, "get");
    EXPECT_EQ(where[1].any_of.size(), 2U);
    ASSERT_EQ(where[2].any_of.size(), 1U);
    EXPECT_EQ(where[2].any_of[0].text,
              "a\x1f"
              "b");
    EXPECT_EQ(entries[1].where[0].any_of[0].text, "a");
}

TEST(BaselineFile, TakesAStarForAWildcardInTextsAndAnEscapedOneForItself)
{
    const auto where =
        entries_of("texml_applications",
                   "  - {friendly_name: 'a\\*b', voice_url: https://*.example.com/, sip_host: '*.A.com',"
                   " tags: ['call.\\*']}\n")
            .entries()[0]
            .where;
    EXPECT_EQ(where[0].any_of[0].kind, form::exact);
    EXPECT_EQ(where[0].any_of[0].text, "a*b");
    EXPECT_EQ(where[1].any_of[0].kind, form::wildcard);
    EXPECT_EQ(where[2].any_of[0].kind, form::wildcard);
    EXPECT_EQ(where[2].any_of[0].text, "*.a.com");
    EXPECT_EQ(where[3].any_of[0].text, "call.*");
}

// For messaging profiles, ["*"] is a value that the API has.
TEST(BaselineFile, TakesAStarAmongRegionsForTheWordItIs)
{
    for (const std::string star : {"'*'", "['*']", "['\\*']"}) {
        const auto entries =
            entries_of("outbound_voice_profiles", "- whitelisted_destinations: " + star + "\n").entries();
        EXPECT_EQ(entries[0].where[0].any_of[0].kind, form::exact);
        EXPECT_EQ(entries[0].where[0].any_of[0].text, "*");
    }
}

TEST(BaselineFile, TakesExtensionsWhereANumberNeedNotBeE164)
{
    for (const std::string value :
         {"+14155550100", "+1415*", "*", "1001", "14155550100", "alice.b-c_d", "1415*"})
        EXPECT_EQ(problems_of("version: 1\ncall_forwarding: [{forwards_to: '" + value + "'}]\n"), strings())
            << value;
}

TEST(BaselineFile, TakesSipAddressesWhereCallsMayGoToOne)
{
    for (const std::string value :
         {"sip:desk@sbc.acme.example:5061", "SIPS:sbc.acme.example", "sip:desk@sip.telnyx.com",
          "sip:+14155550199@sip.telnyx.com", "sip:+14155550199@sip.telnyx.com."})
        EXPECT_EQ(problems_of("version: 1\ncall_forwarding: [{forwards_to: '" + value + "'}]\n"), strings())
            << value;
}

TEST(BaselineFile, PinsByIdByIdentityFieldOrByWhatTheResourceIs)
{
    const auto pins = [](std::string_view resource, std::string_view text) {
        return entries_of(resource, text).entries()[0].pins;
    };
    EXPECT_EQ(pins("ips", "- {id: [a, b], port: 5060}\n"), (strings{"a", "b"}));
    EXPECT_EQ(pins("ips", "- {ip_address: 203.0.113.7}\n"), strings());
    EXPECT_EQ(pins("phone_numbers", "- {phone_number: +14155550100}\n"), strings{"+14155550100"});
    EXPECT_EQ(pins("phone_numbers", "- {id: '1293', phone_number: +14155550100}\n"), strings{"1293"});
    EXPECT_EQ(pins("phone_numbers", "- {phone_number: +1415*}\n"), strings());
    EXPECT_EQ(pins("phone_numbers", "- {phone_number: [+14155550100, +1416*]}\n"), strings());
    EXPECT_EQ(pins("phone_numbers", "- {phone_number: [+2, +1, +2]}\n"), (strings{"+1", "+2"}));
    EXPECT_EQ(pins("oauth_clients", "- {client_id: abc, name: x}\n"), strings{"abc"});
    EXPECT_EQ(pins("oauth_clients", "- {id: abc, name: x}\n"), strings{"abc"});
    EXPECT_EQ(pins("auto_recharge", "- {enabled: false}\n"), strings{"auto_recharge"});
}

TEST(BaselineFile, KeepsTheIdentityFieldAsAConditionBesideAnId)
{
    EXPECT_EQ(
        entries_of("phone_numbers", "- {id: '1293', phone_number: +14155550100}\n").entries()[0].where.size(),
        1U);
    EXPECT_EQ(entries_of("phone_numbers", "- {phone_number: +14155550100}\n").entries()[0].where.size(), 0U);
}

TEST(BaselineFile, AcceptsAnEntryOfWildcardsOnly)
{
    EXPECT_EQ(problems_of("version: 1\ntexml_applications: [{friendly_name: '*'}]\n"), strings());
}

TEST(BaselineFile, SaysHowToGetAFirstBaseline)
{
    const auto reading = read_baseline_file("/nonexistent/b.yml", samples::types);
    ASSERT_EQ(reading.problems.size(), 1U);
    EXPECT_EQ(to_string(reading.problems[0]),
              "/nonexistent/b.yml: cannot read /nonexistent/b.yml: No such file or directory; `trunkwarden "
              "baseline "
              "capture --account NAME --output-file /nonexistent/b.yml` writes a first one");
}

}  // namespace
}  // namespace trunkwarden
