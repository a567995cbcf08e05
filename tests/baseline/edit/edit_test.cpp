#include "baseline/edit/edit.hpp"

#include <gtest/gtest.h>

#include "baseline/accepting.hpp"

namespace trunkwarden {
namespace {

using namespace samples;
using namespace std::chrono_literals;

const untrusted_object new_ip =
    whole("ips", "77", {{"ip_address", "203.0.113.9"}, {"connection_id", "1293384261075731499"}});

// ---- Unknown: a new entry ----

TEST(Accept, AddsTheEntryAtTheEndOfItsSectionInTheStyleOfItsNeighbours)
{
    EXPECT_EQ(text_after("version: 1\n"
                         "\n"
                         "# who may send calls\n"
                         "ips:\n"
                         "  - id: 1   # the first\n"
                         "    ip_address: 203.0.113.7\n"
                         "\n"
                         "# applications\n"
                         "texml_applications:\n"
                         "  - id: 2\n",
                         "ips", new_ip),
              "version: 1\n"
              "\n"
              "# who may send calls\n"
              "ips:\n"
              "  - id: 1   # the first\n"
              "    ip_address: 203.0.113.7\n"
              "  # accepted 2026-11-25: f-0123456789ab\n"
              "  - id: 77\n"
              "    ip_address: \"203.0.113.9\"\n"
              "    connection_id: \"1293384261075731499\"\n"
              "    port: \"\"\n"
              "    reason: new SBC\n"
              "    approved_by: dana\n"
              "\n"
              "# applications\n"
              "texml_applications:\n"
              "  - id: 2\n");
}

constexpr std::string_view added_at_0 =
    "# accepted 2026-11-25: f-0123456789ab\n"
    "- phone_number: \"+14155550102\"\n"
    "  connection_id: \"\"\n"
    "  description: \"\"\n"
    "  reason: new SBC\n"
    "  approved_by: dana\n";

std::string indented(std::string_view lines, std::size_t by)
{
    std::string out;
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = lines.find('\n', at) + 1;
        out += std::string(by, ' ') + std::string(lines.substr(at, end - at));
        at = end;
    }
    return out;
}

const untrusted_object new_number =
    whole("phone_numbers", "+14155550102", {{"phone_number", "+14155550102"}});

struct placing {
    const char* name;
    std::string before;
    std::string after;
};

class NewEntry : public testing::TestWithParam<placing> {};

TEST_P(NewEntry, StandsWhereAPersonWouldHavePutIt)
{
    EXPECT_EQ(text_after(GetParam().before, "phone_numbers", new_number), GetParam().after);
}

TEST_P(NewEntry, StandsThereInAFileWithWindowsLineEnds)
{
    EXPECT_EQ(text_after(with_crlf(GetParam().before), "phone_numbers", new_number),
              with_crlf(GetParam().after));
}

TEST_P(NewEntry, StandsThereBehindAByteOrderMark)
{
    const std::string mark = "\xef\xbb\xbf";
    EXPECT_EQ(text_after(mark + GetParam().before, "phone_numbers", new_number), mark + GetParam().after);
}

const std::string of_2 = indented(added_at_0, 2);
const std::string of_4 = indented(added_at_0, 4);
const std::string without_newline(std::string text)
{
    text.pop_back();
    return text;
}

INSTANTIATE_TEST_SUITE_P(
    Accept, NewEntry,
    testing::Values(
        placing{"dash_at_0", "phone_numbers:\n- phone_number: +14155550100\nversion: 1\n",
                "phone_numbers:\n- phone_number: +14155550100\n" + std::string(added_at_0) + "version: 1\n"},
        placing{"dash_at_4", "version: 1\nphone_numbers:\n    - phone_number: +14155550100\n",
                "version: 1\nphone_numbers:\n    - phone_number: +14155550100\n" + of_4},
        placing{"no_newline_at_the_end", "version: 1\nphone_numbers:\n  - phone_number: +14155550100",
                "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n" + without_newline(of_2)},
        placing{"section_without_value", "phone_numbers:   # none yet\nversion: 1\n",
                "phone_numbers:   # none yet\n" + of_2 + "version: 1\n"},
        placing{"section_empty_list", "version: 1\nphone_numbers: []  # none yet\n",
                "version: 1\nphone_numbers:  # none yet\n" + of_2},
        placing{"section_null", "version: 1\nphone_numbers: ~\n", "version: 1\nphone_numbers:\n" + of_2},
        placing{"no_section", "version: 1\n", "version: 1\n# Something.\nphone_numbers:\n" + of_2},
        placing{"no_section_no_newline", "# x\nversion: 1",
                "# x\nversion: 1\n# Something.\nphone_numbers:\n" + without_newline(of_2)},
        placing{"no_section_but_blank_lines", "version: 1\n\nips:\n  - id: 1\n\n# the end\n",
                "version: 1\n\nips:\n  - id: 1\n\n# the end\n\n# Something.\nphone_numbers:\n" + of_2},
        placing{"no_section_markers", "---\nversion: 1\n...\n",
                "---\nversion: 1\n# Something.\nphone_numbers:\n" + of_2 + "...\n"},
        placing{"markers", "---\nversion: 1\nphone_numbers:\n  - phone_number: +14155550100\n...\n# over\n",
                "---\nversion: 1\nphone_numbers:\n  - phone_number: +14155550100\n" + of_2 + "...\n# over\n"},
        placing{"comments_below",
                "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n    # connection_id: 3\n  # - "
                "old\n\ntwo_factor: {}\n",
                "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n    # connection_id: 3\n" +
                    of_2 + "  # - old\n\ntwo_factor: {}\n"},
        placing{
            "blank_lines_between",
            "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n\n  - phone_number: +14155550101\n",
            "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n\n  - phone_number: "
            "+14155550101\n\n" +
                of_2},
        placing{"text_in_a_block_above",
                "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n    reason: |\n      two\n      "
                "# lines\n\ntwo_factor: {}\n",
                "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n    reason: |\n      two\n      "
                "# lines\n" +
                    of_2 + "\ntwo_factor: {}\n"},
        placing{"quoted_text_over_lines_above",
                "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n    reason: \"two\n      # "
                "lines\"  # so\ntwo_factor: {}\n",
                "version: 1\nphone_numbers:\n  - phone_number: +14155550100\n    reason: \"two\n      # "
                "lines\"  # so\n" +
                    of_2 + "two_factor: {}\n"},
        placing{"flow_entries_in_lines", "version: 1\nphone_numbers:\n  - {phone_number: '+14155550100'}\n",
                "version: 1\nphone_numbers:\n  - {phone_number: '+14155550100'}\n"
                "  # accepted 2026-11-25: f-0123456789ab\n"
                "  - {phone_number: +14155550102, connection_id: \"\", description: \"\", reason: new SBC, "
                "approved_by: dana}\n"},
        placing{"flow_list", "version: 1\nphone_numbers: [{phone_number: '+14155550100'}]  # all\n",
                "version: 1\n# accepted 2026-11-25: f-0123456789ab\n"
                "phone_numbers: [{phone_number: '+14155550100'}, {phone_number: +14155550102, connection_id: "
                "\"\", description: \"\", reason: new SBC, approved_by: dana}]  # all\n"},
        placing{"wide_dashes",
                "version: 1\nphone_numbers:\n  -   phone_number: +14155550100\n      description: x\n",
                "version: 1\nphone_numbers:\n  -   phone_number: +14155550100\n      description: x\n"
                "  # accepted 2026-11-25: f-0123456789ab\n"
                "  -   phone_number: \"+14155550102\"\n"
                "      connection_id: \"\"\n"
                "      description: \"\"\n"
                "      reason: new SBC\n"
                "      approved_by: dana\n"}),
    [](const auto& about) { return std::string(about.param.name); });

TEST(Accept, PutsANewEntryBehindTheLastOneOfTheSameConnection)
{
    const auto after = text_after(
        "version: 1\n"
        "ips:\n"
        "  - {id: 1, connection_id: '1293384261075731499'}\n"
        "  - {id: 2, connection_id: '5'}\n",
        "ips", new_ip);
    EXPECT_LT(after.find("id: 77"), after.find("id: 2"));
    EXPECT_NE(after.find("id: 77"), std::string::npos);
}

TEST(Accept, WritesADayWhenTheEntryShallEnd)
{
    auto acceptance_terms = terms();
    acceptance_terms.expires = today + std::chrono::days(10);
    EXPECT_NE(text_after("version: 1\n", "ips", new_ip, acceptance_terms).find("    expires: 2026-12-05\n"),
              std::string::npos);
}

TEST(Accept, TakesAStarFromTheAccountForAStar)
{
    const auto text =
        text_after("version: 1\n", "oauth_clients", whole("oauth_clients", "a*", {{"name", "every*thing"}}));
    const auto reading = read(text);
    ASSERT_TRUE(reading.problems.empty()) << text;
    const auto& only = reading.value.entries_of(type("oauth_clients")).entries().front();
    EXPECT_EQ(only.pins, std::vector<std::string>{"a*"});
    EXPECT_EQ(only.where.front().any_of.front().kind, accepted_value::form::exact);
}

TEST(Accept, LeavesSecretsOutOfANewEntry)
{
    EXPECT_EQ(text_after("version: 1\n", "texml_applications",
                         whole("texml_applications", "5", {{"active", "true"}}))
                  .find("password"),
              std::string::npos);
}

TEST(Accept, WritesTheOneObjectOfAResourceWithoutAnId)
{
    EXPECT_EQ(text_after("version: 1\n", "auto_recharge",
                         whole("auto_recharge", "auto_recharge", {{"enabled", "true"}})),
              "version: 1\n"
              "# Something.\n"
              "auto_recharge:\n"
              "  # accepted 2026-11-25: f-0123456789ab\n"
              "  - enabled: true\n"
              "    threshold_amount: \"\"\n"
              "    reason: new SBC\n"
              "    approved_by: dana\n");
}

TEST(Accept, SaysWhenTheBaselineTrustsItAlready)
{
    EXPECT_EQ(text_after("version: 1\nips:\n  - ip_address: 203.0.113.0/24\n", "ips", new_ip), "(covered)");
}

TEST(Accept, RefusesAnUnknownObjectOfWhichNotEverythingIsKnown)
{
    const auto outcome = accept_in("version: 1\n", "ips", seen("ips", "77", {{"ip_address", "203.0.113.9"}}));
    EXPECT_EQ(outcome.result, acceptance::outcome::refused);
    EXPECT_NE(outcome.why.find("let the daemon read it again"), std::string::npos);
    EXPECT_EQ(outcome.text, "version: 1\n");
    EXPECT_NE(outcome.suggested_entry.find("ip_address"), std::string::npos);
}

// ---- Missing: nothing names it any more ----

struct removing {
    const char* name;
    std::string before;
    std::string after;
};

class MissingObject : public testing::TestWithParam<removing> {};

TEST_P(MissingObject, IsNamedNoMore)
{
    EXPECT_EQ(text_after("version: 1\n" + GetParam().before, "ips", gone("ips", "2")),
              "version: 1\n# accepted 2026-11-25 by dana: new SBC (2 is gone)\n" + GetParam().after);
}

TEST(Accept, KeepsTheReasonOfEachObjectThatIsGoneOverTheSection)
{
    const auto once = text_after("version: 1\r\n\r\n# addresses\r\nips:\r\n  - id: 1\r\n  - id: 2\r\n", "ips",
                                 gone("ips", "2"));
    EXPECT_EQ(text_after(once, "ips", gone("ips", "1")),
              "version: 1\r\n\r\n# addresses\r\n"
              "# accepted 2026-11-25 by dana: new SBC (2 is gone)\r\n"
              "# accepted 2026-11-25 by dana: new SBC (1 is gone)\r\nips: []\r\n");
}

INSTANTIATE_TEST_SUITE_P(
    Accept, MissingObject,
    testing::Values(
        removing{"entry", "ips:\n  - id: 1\n  - id: 2\n    port: 5060\n  - id: 3\n",
                 "ips:\n  - id: 1\n  - id: 3\n"},
        removing{"last_of_all", "ips:  # ours\n  - id: 2\n    port: 5060\n", "ips: []  # ours\n"},
        removing{"with_its_comment", "ips:\n  - id: 1\n\n  # the old one\n  - id: 2\n\n  - id: 3\n",
                 "ips:\n  - id: 1\n\n  - id: 3\n"},
        removing{"comment_of_several", "ips:\n  # the old ones\n  - id: 2\n  - id: 3\n",
                 "ips:\n  # the old ones\n  - id: 3\n"},
        removing{"at_the_end", "ips:\n  - id: 1\n  - id: 2\n    # port: 5060\n# end\n",
                 "ips:\n  - id: 1\n# end\n"},
        removing{"at_the_end_without_newline", "ips:\n  - id: 1\n  - id: 2", "ips:\n  - id: 1\n"},
        removing{"one_of_a_list", "ips:\n  - id: [1, 2]\n    port: 5060\n",
                 "ips:\n  - id: [1]\n    port: 5060\n"},
        removing{"one_of_lines", "ips:\n  - id:\n      - 1\n      - '2'  # old\n      - 3\n",
                 "ips:\n  - id:\n      - 1\n      - 3\n"},
        removing{"everywhere", "ips:\n  - id: 2\n  - id: [2, 3]\n", "ips:\n  - id: [3]\n"},
        removing{"in_braces", "ips: [{id: 1}, {id: 2, port: 5060}, {id: 3}]\n", "ips: [{id: 1}, {id: 3}]\n"},
        removing{"only_one_in_braces", "ips: [{id: 2, port: 5060}]  # x\n", "ips: []  # x\n"}),
    [](const auto& about) { return std::string(about.param.name); });

TEST(Accept, TakesANumberOutOfTheListThatNamesIt)
{
    EXPECT_EQ(text_after("version: 1\nphone_numbers:\n  - phone_number: [\"+14155550100\", '+14155550101']\n",
                         "phone_numbers", gone("phone_numbers", "+14155550100")),
              "version: 1\n# accepted 2026-11-25 by dana: new SBC (+14155550100 is gone)\n"
              "phone_numbers:\n  - phone_number: ['+14155550101']\n");
}

// ---- Expired ----

// The entry ends with the line that goes, and the new one comes there.
TEST(Accept, TakesTheLastNumberOutOfAListThatEndsItsEntry)
{
    EXPECT_EQ(text_after("version: 1\n"
                         "phone_numbers:\n"
                         "  - connection_id: 7\n"
                         "    phone_number:\n"
                         "      - \"+14155550100\"\n"
                         "      - \"+14155550101\"\n"
                         "ips: []\n",
                         "phone_numbers", seen("phone_numbers", "+14155550101", {{"connection_id", "8"}})),
              "version: 1\n"
              "phone_numbers:\n"
              "  - connection_id: 7\n"
              "    phone_number:\n"
              "      - \"+14155550100\"\n"
              "  # accepted 2026-11-25: f-0123456789ab\n"
              "  - phone_number: \"+14155550101\"\n"
              "    connection_id: 8\n"
              "    reason: new SBC\n"
              "    approved_by: dana\n"
              "ips: []\n");
}

TEST(Accept, TakesAHashInQuotesForNoComment)
{
    EXPECT_EQ(text_after("version: 1\n"
                         "oauth_clients: [{client_id: 1, name: 'a #1'}]\n",
                         "oauth_clients", whole("oauth_clients", "2", {{"name", "x"}})),
              "version: 1\n"
              "# accepted 2026-11-25: f-0123456789ab\n"
              "oauth_clients: [{client_id: 1, name: 'a #1'}, {id: 2, name: x, reason: new SBC, approved_by: "
              "dana}]\n");
}

TEST(Accept, TakesTheDayOutOfAnEntryThatRanOut)
{
    EXPECT_EQ(text_after("version: 1\nips:\n  - id: 77\n    expires: 2026-11-01  # soon\n    port: \"\"\n",
                         "ips", ran_out("ips", "77", {})),
              "version: 1\nips:\n  - id: 77\n"
              "    # accepted 2026-11-25 by dana: new SBC (was trusted until 2026-11-01)\n"
              "    port: \"\"\n");
    EXPECT_EQ(text_after("version: 1\nips:\n  - expires: 2026-11-01\n    id: 77\n", "ips",
                         ran_out("ips", "77", {})),
              "version: 1\nips:\n  # accepted 2026-11-25 by dana: new SBC (was trusted until 2026-11-01)\n  "
              "- id: 77\n");
    EXPECT_EQ(
        text_after("version: 1\nips:\n  - {id: 77, expires: 2026-11-01}\n", "ips", ran_out("ips", "77", {})),
        "version: 1\nips:\n  # accepted 2026-11-25 by dana: new SBC (was trusted until 2026-11-01)\n  - {id: "
        "77}\n");
}

TEST(Accept, PutsALaterDayInThePlaceOfTheOneThatIsOver)
{
    auto acceptance_terms = terms();
    acceptance_terms.expires = today + std::chrono::days(10);
    EXPECT_EQ(
        text_after("version: 1\nips:\n  - ip_address: 203.0.113.0/24\n    expires: '2026-11-01'  # soon\n",
                   "ips", ran_out("ips", "77", {{"ip_address", "203.0.113.9"}}), acceptance_terms),
        "version: 1\nips:\n  - ip_address: 203.0.113.0/24\n"
        "    # accepted 2026-11-25 by dana: new SBC (was trusted until 2026-11-01)\n"
        "    expires: '2026-12-05'  # soon\n");
}

// ---- Refusals ----

TEST(Accept, LeavesAFileAloneThatIsNotValid)
{
    const auto outcome = accept_in("version: 2\n", "ips", new_ip);
    EXPECT_EQ(outcome.result, acceptance::outcome::refused);
    EXPECT_EQ(outcome.text, "version: 2\n");
}

TEST(Accept, RefusesAFileThatIsOneMapInBraces)
{
    EXPECT_EQ(text_after("{version: 1}\n", "ips", new_ip), "refused: the whole file is written in braces");
}

TEST(Accept, RefusesAValueThatABaselineCannotHold)
{
    const auto outcome =
        accept_in("version: 1\n", "ips", whole("ips", "77", {{"ip_address", "not an address"}}));
    EXPECT_EQ(outcome.result, acceptance::outcome::refused);
    EXPECT_NE(outcome.why.find("would not be valid"), std::string::npos) << outcome.why;
}

TEST(Accept, TakesSeveralOneAfterTheOther)
{
    auto text = text_after("version: 1\n", "ips", new_ip);
    text = text_after(text, "ips", whole("ips", "78", {{"ip_address", "203.0.113.10"}}));
    text = text_after(text, "phone_numbers", new_number);
    const auto reading = read(text);
    ASSERT_TRUE(reading.problems.empty()) << text;
    EXPECT_EQ(reading.value.entries_of(type("ips")).entries().size(), 2U);
    EXPECT_EQ(reading.value.entries_of(type("phone_numbers")).entries().size(), 1U);
}

}  // namespace
}  // namespace trunkwarden
