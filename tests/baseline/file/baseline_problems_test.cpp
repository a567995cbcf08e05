#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "baseline/sample_types.hpp"

namespace trunkwarden {
namespace {

using samples::problems_of;
using strings = std::vector<std::string>;

struct bad_baseline {
    std::string text;
    std::string problem;
};

void PrintTo(const bad_baseline& bad, std::ostream* out)
{
    *out << bad.text;
}

class BaselineFileRefuses : public testing::TestWithParam<bad_baseline> {};

TEST_P(BaselineFileRefuses, WithThePlaceAndASentence)
{
    EXPECT_EQ(problems_of(GetParam().text), strings{GetParam().problem});
}

INSTANTIATE_TEST_SUITE_P(
    TopLevel, BaselineFileRefuses,
    testing::Values(
        bad_baseline{"", "1:1: the file is empty; it needs at least version: 1"},
        bad_baseline{"# nothing yet\n", "1:1: the file is empty; it needs at least version: 1"},
        bad_baseline{"---\n", "2:1: the file must be a map of keys that begins with version: 1"},
        bad_baseline{"- version: 1\n", "1:1: the file must be a map of keys that begins with version: 1"},
        bad_baseline{"ips:\n- {id: a}\n", "1:1: the baseline needs version: 1"},
        bad_baseline{"version: 2\n", "1:10: version must be 1, the only one there is, not \"2\""},
        bad_baseline{"version: [1]\n", "1:10: version must be 1, the only one there is, not \"\""},
        bad_baseline{"version: 1\norganization_id: [a]\n", "2:18: organization_id must be one id"},
        bad_baseline{"version: 1\nip: []\n", "2:1: unknown key \"ip\"; did you mean \"ips\"?"},
        bad_baseline{"version: 1\nphone-numbers: []\n",
                     "2:1: unknown key \"phone-numbers\"; did you mean \"phone_numbers\"?"},
        bad_baseline{
            "version: 1\nzebras: []\n",
            "2:1: unknown key \"zebras\"; known here: version, organization_id, two_factor, spending, traffic, "
            "active_calls, ips, texml_applications, call_forwarding, phone_numbers, outbound_voice_profiles, "
            "access_ip_ranges, oauth_clients, auto_recharge"},
        bad_baseline{"version: 1\nips: {id: a}\n", "2:6: ips must be a list: begin each entry with \"- \""},
        bad_baseline{"version: 1\nips: none\n", "2:6: ips must be a list: begin each entry with \"- \""},
        bad_baseline{"version: 1\nips: []\nips: []\n", "3:1: the key \"ips\" is here for the second time"}));

INSTANTIATE_TEST_SUITE_P(
    TwoFactor, BaselineFileRefuses,
    testing::Values(
        bad_baseline{"version: 1\ntwo_factor: true\n", "2:13: two_factor must be a map of keys"},
        bad_baseline{"version: 1\ntwo_factor: {required: yes}\n",
                     "2:24: required must be true or false, not \"yes\""},
        bad_baseline{
            "version: 1\ntwo_factor: {attested: 2026-11-31}\n",
            "2:24: attested must be a day of the calendar, written as 2027-03-31, not \"2026-11-31\"; "
            "that month ends on 2026-11-30"},
        bad_baseline{"version: 1\ntwo_factor: {max_age: 30}\n",
                     "2:23: max_age must be a duration such as 500ms, 10s, 5m, 12h or 7d, not \"30\""},
        bad_baseline{"version: 1\ntwo_factor: {max_age: 0d}\n", "2:23: max_age must be longer than 0s"},
        bad_baseline{"version: 1\ntwo_factor: {atested: 2026-11-01}\n",
                     "2:14: unknown key \"atested\"; did you mean \"attested\"?"}));

bad_baseline texml(const std::string& entry, const std::string& problem)
{
    return {"version: 1\ntexml_applications:\n  - " + entry + "\n", problem};
}

INSTANTIATE_TEST_SUITE_P(
    Entries, BaselineFileRefuses,
    testing::Values(
        texml("", "4:1: this entry names no field and would trust every object of texml_applications"),
        texml("{}", "3:5: this entry names no field and would trust every object of texml_applications"),
        texml("reason: because",
              "3:5: this entry names no field and would trust every object of texml_applications"),
        texml("ivr", "3:5: an entry of texml_applications must be a map of keys"),
        texml("[ivr]", "3:5: an entry of texml_applications must be a map of keys"),
        texml("{id: a, id: b}", "3:13: the key \"id\" is here for the second time"),
        texml("{id: a, voice_ulr: b}", "3:13: unknown key \"voice_ulr\"; did you mean \"voice_url\"?"),
        texml("{id: a, channel_limit: 5}",
              "3:13: unknown key \"channel_limit\"; did you mean \"outbound.channel_limit\"?"),
        texml("{id: a, outbound: {chanel_limit: 5}}",
              "3:24: unknown key \"outbound.chanel_limit\"; did you mean \"outbound.channel_limit\"?"),
        texml("{id: a, outbound: 5}", "3:13: outbound is a group of fields; write a map, or outbound.FIELD"),
        texml("{id: a, outbound: {profile: b}}",
              "3:24: outbound.profile is a group of fields; write a map, or outbound.profile.FIELD"),
        texml("{id: a, voice_url: {b: c}}", "3:24: voice_url must be a value or a list of values"),
        texml("{id: a, tags: {b: c}}", "3:19: tags must be a list of values"),
        texml("{id: a, tags: [[b]]}", "3:20: tags must be a list of values"),
        texml("{id: a, outbound.channel_limit: 5, outbound: {channel_limit: 5}}",
              "3:51: outbound.channel_limit is in this entry twice"),
        texml("{id: a, password: hunter2}",
              "3:13: password is a secret and cannot be written in a baseline; a change of it is noticed "
              "without"),
        texml("{id: a, reason: [b]}", "3:21: reason must be a text"),
        texml("{id: a, ticket: {b: c}}", "3:21: ticket must be a text")));

INSTANTIATE_TEST_SUITE_P(
    Ids, BaselineFileRefuses,
    testing::Values(texml("{id: '', active: true}", "3:10: id cannot be empty"),
                    texml("{id: , active: true}", "3:10: id cannot be empty"),
                    texml("{id: [], active: true}",
                          "3:10: id is an empty list; name at least one object, or leave it out for a rule"),
                    texml("{id: [[a]]}", "3:11: id must be an id or a list of ids"),
                    texml("{id: {a: b}}", "3:10: id must be an id or a list of ids"),
                    texml("{id: 12*}",
                          "3:10: id cannot hold a wildcard, as \"12*\" does; without an id an entry covers "
                          "every object that "
                          "matches"),
                    bad_baseline{"version: 1\nauto_recharge: [{id: a, enabled: true}]\n",
                                 "2:18: auto_recharge is one object and has no id"},
                    bad_baseline{
                        "version: 1\nauto_recharge: [{reason: x}]\n",
                        "2:17: this entry names no field and would trust every object of auto_recharge"},
                    bad_baseline{"version: 1\noauth_clients: [{id: a, client_id: b}]\n",
                                 "2:25: id and client_id name the same thing; write one of them"}));

INSTANTIATE_TEST_SUITE_P(
    Expiry, BaselineFileRefuses,
    testing::Values(
        texml("{id: a, expires: 2027-02-30}",
              "3:22: expires must be a day of the calendar, written as 2027-03-31, not \"2027-02-30\"; "
              "that month ends on 2027-02-28"),
        texml("{id: a, expires: tomorrow}",
              "3:22: expires must be a day of the calendar, written as 2027-03-31, not \"tomorrow\""),
        texml("{id: a, expires: }",
              "3:22: expires must be a day of the calendar, written as 2027-03-31, not \"\""),
        texml("{id: a, expires: [2027-03-31]}",
              "3:22: expires must be a day of the calendar, written as 2027-03-31, not \"\"")));

INSTANTIATE_TEST_SUITE_P(
    Values, BaselineFileRefuses,
    testing::Values(
        texml("active: yes", "3:13: active must be true or false, not \"yes\""),
        texml("active: [true, '*']", "3:20: active must be true or false, not \"*\""),
        texml("outbound.channel_limit: five",
              "3:29: outbound.channel_limit must be a decimal number such as 50 or 0.25, not \"five\""),
        texml("outbound.channel_limit: '*'",
              "3:29: outbound.channel_limit must be a decimal number such as 50 or 0.25, not \"*\""),
        texml("voice_method: '*'",
              "3:19: voice_method cannot hold a wildcard, as \"*\" does; list the values it may have (a star "
              "itself is "
              "\\*)"),
        texml("outbound.profile.id: 12*",
              "3:26: outbound.profile.id cannot hold a wildcard, as \"12*\" does; list the values it may "
              "have (a star "
              "itself is \\*)"),
        texml("voice_url: []",
              "3:16: voice_url is an empty list, which accepts nothing; leave it out to accept anything, or "
              "write \"\" "
              "for no value"),
        texml("tags: [a, '']", "3:15: tags must be a set without empty members; [] is the empty set"),
        texml("tags: [a*]",
              "3:12: tags is compared as a whole set, so that \"a*\" cannot be a wildcard; leave the field "
              "out to accept "
              "any set, or write \\* for a star"),
        texml("outbound.channel_limit: KEY0123456789ABCDEF0123456789ABCDEF_abcdefghijklmnopqrstuv",
              "3:29: outbound.channel_limit must be a decimal number such as 50 or 0.25, not \"(secret)\"")));

bad_baseline bad_ip(const std::string& value, const std::string& problem)
{
    return {"version: 1\nips:\n- ip_address: " + value + "\n", "3:15: ip_address " + problem};
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, BaselineFileRefuses,
    testing::Values(
        bad_ip("203.0.113", "must be an IP address or a network such as 198.51.100.0/28, not \"203.0.113\""),
        bad_ip("203.0.113.*",
               "must be an IP address or a network such as 198.51.100.0/28, not \"203.0.113.*\""),
        bad_ip("203.0.113.0/33",
               "must be an IP address or a network such as 198.51.100.0/28, not \"203.0.113.0/33\""),
        bad_ip(
            "198.51.100.7/28",
            "must be a whole network: 198.51.100.7/28 lies in 198.51.100.0/28; write that, or 198.51.100.7 "
            "for the one "
            "address"),
        bad_ip(
            "2001:db8::1/64",
            "must be a whole network: 2001:db8::1/64 lies in 2001:db8::/64; write that, or 2001:db8::1 for "
            "the one "
            "address"),
        bad_baseline{"version: 1\naccess_ip_ranges: [{cidr_block: 198.51.100.7/28}]\n",
                     "2:33: cidr_block must be a whole network: 198.51.100.7/28 lies in 198.51.100.0/28; "
                     "write that, or "
                     "198.51.100.7 for the one address"}));

bad_baseline bad_number(const std::string& value)
{
    return {"version: 1\ncall_forwarding:\n- forwards_to: '" + value + "'\n",
            "3:16: forwards_to must be a number such as +14155550100, or with a wildcard +1415*, not \"" +
                value + "\""};
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, BaselineFileRefuses,
    testing::Values(
        bad_number("+1 415 555 0100"), bad_number("+"), bad_number("+1415555010x"),
        bad_number("+1234567890123456"), bad_number("+14+*"), bad_number("tel:*"), bad_number("mailto:a@b"),
        bad_number("tel:+14155550100"), bad_number("sip:"), bad_number("sip:a@"), bad_number("sip:a b@c"),
        bad_number("sip:*@sbc.acme.example"),
        bad_baseline{"version: 1\nphone_numbers:\n- phone_number: 14155550100\n",
                     "3:17: phone_number must begin with + and the country code, unlike \"14155550100\""}));

bad_baseline region(const std::string& value, const std::string& problem)
{
    return {"version: 1\noutbound_voice_profiles:\n- whitelisted_destinations: [US, " + value + "]\n",
            "3:34: whitelisted_destinations " + problem};
}

INSTANTIATE_TEST_SUITE_P(
    Regions, BaselineFileRefuses,
    testing::Values(
        region("UK", "must be a set of ISO 3166 regions; the United Kingdom is GB"),
        region("XX", "must be a set of ISO 3166 regions such as US or NO, which \"XX\" is not"),
        region("USA", "must be a set of ISO 3166 regions such as US or NO, which \"USA\" is not"),
        region("'A '", "must be a set of ISO 3166 regions such as US or NO, which \"A \" is not"),
        region("false",
               "must be a set of regions; \"false\" is what some tools make of NO: write NO for Norway")));

TEST(BaselineFileRefusesEverythingAtOnce, InTheOrderOfTheFile)
{
    EXPECT_EQ(problems_of("ips:\n"
                          "- {ip_address: x, conection_id: y}\n"
                          "- {port: a, expires: never}\n"
                          "nonsense: {a: [b]}\n"
                          "phone_numbers:\n"
                          "- {}\n")
                  .size(),
              7U);
}

TEST(BaselineFileRefusesEverythingAtOnce, UpToFiftyProblems)
{
    std::string text = "version: 1\nips:\n";
    for (int at = 0; at < 1000; ++at)
        text += "- {port: x}\n";
    const auto problems = problems_of(text);
    ASSERT_EQ(problems.size(), 51U);
    EXPECT_TRUE(problems[49].starts_with("52:10: port must be"));
    EXPECT_EQ(problems[50], " there are more problems than the 50 told here");
}

TEST(BaselineFileRefusesSecrets, WithoutRepeatingThem)
{
    const auto problems =
        problems_of("version: 1\ntexml_applications:\n- {id: a, password: hunter2, pasword: hunter2}\n");
    ASSERT_EQ(problems.size(), 2U);
    for (const auto& sentence : problems)
        EXPECT_EQ(sentence.find("hunter2"), std::string::npos) << sentence;
}

}  // namespace
}  // namespace trunkwarden
