#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "baseline/accepting.hpp"
#include "baseline/edit/edit.hpp"

// A value that differs is changed in its place.

namespace trunkwarden {
namespace {

using namespace samples;

struct changing {
    const char* name;
    std::string before;  // the entry's lines, with | in front of each that is of the text
    std::string after;
    untrusted_object object;
};

class ChangedValue : public testing::TestWithParam<changing> {};

const std::string head = "version: 1\ntexml_applications:\n";

TEST_P(ChangedValue, IsEditedInItsPlace)
{
    EXPECT_EQ(text_after(head + GetParam().before, "texml_applications", GetParam().object),
              head + GetParam().after);
}

TEST_P(ChangedValue, IsEditedInAFileWithWindowsLineEnds)
{
    EXPECT_EQ(text_after(with_crlf(head + GetParam().before), "texml_applications", GetParam().object),
              with_crlf(head + GetParam().after));
}

untrusted_object limit(std::string_view value)
{
    return seen("texml_applications", "2", {{"outbound.channel_limit", value}});
}
untrusted_object tags(std::string_view value)
{
    return seen("texml_applications", "2", {{"tags", value}});
}
untrusted_object method(std::string_view value)
{
    return seen("texml_applications", "2", {{"voice_method", value}});
}

INSTANTIATE_TEST_SUITE_P(
    Accept, ChangedValue,
    testing::Values(
        changing{"plain", "  - id: 2\n    outbound.channel_limit: 10  # lines\n    active: true\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was 10)\n    "
                 "outbound.channel_limit: 20  # lines\n    active: true\n",
                 limit("20")},
        changing{"double_quotes", "  - id: 2\n    outbound.channel_limit: \"10\"\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was 10)\n    "
                 "outbound.channel_limit: \"20\"\n",
                 limit("20")},
        changing{"single_quotes", "  - id: 2\n    outbound.channel_limit: '10' # it's\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was 10)\n    "
                 "outbound.channel_limit: '20' # it's\n",
                 limit("20")},
        changing{"nested", "  - id: 2\n    outbound:\n      # lines\n      channel_limit: 10\n",
                 "  - id: 2\n    outbound:\n      # lines\n      # accepted 2026-11-25 by dana: new SBC (was "
                 "10)\n      channel_limit: 20\n",
                 limit("20")},
        changing{"nested_in_braces", "  - id: 2\n    outbound: {channel_limit: 10}\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was 10)\n    outbound: "
                 "{channel_limit: 20}\n",
                 limit("20")},
        changing{"to_nothing", "  - id: 2\n    outbound.channel_limit: 10\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was 10)\n    "
                 "outbound.channel_limit: \"\"\n",
                 limit("")},
        changing{"from_nothing", "  - id: 2\n    outbound.channel_limit:   # none\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was \"\")\n    "
                 "outbound.channel_limit: 20   # none\n",
                 limit("20")},
        changing{"from_null", "  - id: 2\n    outbound.channel_limit: ~\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was \"\")\n    "
                 "outbound.channel_limit: 20\n",
                 limit("20")},
        changing{"first_key", "  # ours\n  - voice_method: get\n    id: 2\n",
                 "  # ours\n  # accepted 2026-11-25 by dana: new SBC (was get)\n  - voice_method: post\n    "
                 "id: 2\n",
                 method("post")},
        changing{"value_with_a_tab_before", "  - id: 2\n    voice_method:\tget\t# tab\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was get)\n    "
                 "voice_method:\tpost\t# tab\n",
                 method("post")},
        changing{"any_of", "  - id: 2\n    voice_method: [get, put]\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was get or put)\n    voice_method: "
                 "[get, put, post]\n",
                 method("post")},
        changing{
            "any_of_in_lines",
            "  - id: 2\n    voice_method:\n      - get  # one\n      - 'put'  # two\n    active: true\n",
            "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was get or put)\n    voice_method:\n     "
            " - get  # one\n      - 'put'  # two\n      - 'post'\n    active: true\n",
            method("post")},
        changing{
            "list_of_one", "  - id: 2\n    voice_method: [get]\n",
            "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was get)\n    voice_method: [post]\n",
            method("post")},
        changing{"set_grows", "  - id: 2\n    tags: [a, \"b\"]\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was [a, b])\n    tags: [a, \"b\", "
                 "\"c\"]\n",
                 tags("a\x1f"
                      "b\x1f"
                      "c")},
        changing{"set_shrinks", "  - id: 2\n    tags: [a,b , c]\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was [a, b, c])\n    tags: [a,c]\n",
                 tags("a\x1f"
                      "c")},
        changing{"set_loses_its_end", "  - id: 2\n    tags: [a, b, c]\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was [a, b, c])\n    tags: [a]\n",
                 tags("a")},
        changing{
            "set_swaps", "  - id: 2\n    tags: [a, 'b', c]\n",
            "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was [a, b, c])\n    tags: [a, 'd', c]\n",
            tags("a\x1f"
                 "c\x1f"
                 "d")},
        changing{"set_empties", "  - id: 2\n    tags:\n      - a\n      - b\n    active: true\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was [a, b])\n    tags: []\n    "
                 "active: true\n",
                 tags("")},
        changing{"set_fills", "  - id: 2\n    tags: []\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was \"\")\n    tags: [a, b]\n",
                 tags("a\x1f"
                      "b")},
        changing{"set_of_one_grows", "  - id: 2\n    tags: 'a'  # one\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was [a])\n    tags: [a, b]  # one\n",
                 tags("a\x1f"
                      "b")},
        changing{"set_in_lines", "  - id: 2\n    tags: [\n      a,  # first\n      b   # second\n    ]\n",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was [a, b])\n    tags: [\n      a,  "
                 "# first\n      c,\n      b   # second\n    ]\n",
                 tags("a\x1f"
                      "b\x1f"
                      "c")},
        changing{"entry_in_braces", "  - {id: 2, voice_method: get, active: true}\n",
                 "  # accepted 2026-11-25 by dana: new SBC (was get)\n  - {id: 2, voice_method: post, "
                 "active: true}\n",
                 method("post")},
        changing{"no_newline_at_the_end", "  - id: 2\n    voice_method: get",
                 "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was get)\n    voice_method: post",
                 method("post")},
        changing{"one_of_several_ids",
                 "  - id: [1, 2, 3]\n    voice_method: get\n    active: true\n    ticket: OPS-1\n",
                 "  - id: [1, 3]\n    voice_method: get\n    active: true\n    ticket: OPS-1\n"
                 "  # accepted 2026-11-25: f-0123456789ab\n"
                 "  - id: 2\n    active: true\n    voice_method: post\n    reason: new SBC\n    approved_by: "
                 "dana\n    ticket: OPS-1\n",
                 method("post")},
        changing{"one_of_two_ids_in_lines",
                 "  - id:\n      - 1  # one\n      - \"2\"  # two\n    voice_method: get\n",
                 "  - id:\n      - 1  # one\n    voice_method: get\n"
                 "  # accepted 2026-11-25: f-0123456789ab\n"
                 "  - id: 2\n    voice_method: post\n    reason: new SBC\n    approved_by: dana\n",
                 method("post")}),
    [](const auto& about) { return std::string(about.param.name); });

TEST(Accept, ReplacesAWildcardByWhatWasSeen)
{
    EXPECT_EQ(text_after(head + "  - id: 2\n    voice_url: https://a.example.com/*\n", "texml_applications",
                         seen("texml_applications", "2", {{"voice_url", "https://b.example.com/x?a=1&b=2"}})),
              head +
                  "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was https://a.example.com/*)\n"
                  "    voice_url: \"https://b.example.com/x?a=1&b=2\"\n");
}

TEST(Accept, EditsEveryFieldThatDiffersAndNoOther)
{
    EXPECT_EQ(
        text_after(
            head + "  - id: 2\n    active: true\n    voice_method: get\n    outbound.channel_limit: 10\n",
            "texml_applications",
            seen("texml_applications", "2",
                 {{"active", "true"}, {"voice_method", "post"}, {"outbound.channel_limit", "20"}})),
        head +
            "  - id: 2\n    active: true\n"
            "    # accepted 2026-11-25 by dana: new SBC (was get)\n    voice_method: post\n"
            "    # accepted 2026-11-25 by dana: new SBC (was 10)\n    outbound.channel_limit: 20\n");
}

TEST(Accept, GivesAChangedEntryTheDayItEnds)
{
    auto acceptance_terms = terms();
    acceptance_terms.expires = today + std::chrono::days(10);
    EXPECT_EQ(text_after(head + "  - id: 2\n    voice_method: get\n", "texml_applications", method("post"),
                         acceptance_terms),
              head +
                  "  - id: 2\n    # accepted 2026-11-25 by dana: new SBC (was get)\n    voice_method: post\n"
                  "    expires: 2026-12-05\n");
    EXPECT_EQ(text_after(head + "  - {id: 2, voice_method: get}\n", "texml_applications", method("post"),
                         acceptance_terms),
              head +
                  "  # accepted 2026-11-25 by dana: new SBC (was get)\n"
                  "  - {id: 2, voice_method: post, expires: 2026-12-05}\n");
}

TEST(Accept, RefusesAValueThatIsWrittenOverSeveralLines)
{
    const auto outcome = accept_in(head + "  - id: 2\n    friendly_name: |\n      a\n", "texml_applications",
                                   seen("texml_applications", "2", {{"friendly_name", "b"}}));
    EXPECT_EQ(outcome.why, "line 4: the value is written over several lines");
    EXPECT_NE(outcome.suggested_entry.find("friendly_name: b\n"), std::string::npos);
}

TEST(Accept, KeepsCharactersThatCannotBeSeenOutOfComments)
{
    const auto text = text_after(head + "  - id: 2\n    friendly_name: \"a\\u2028b\"\n", "texml_applications",
                                 seen("texml_applications", "2", {{"friendly_name", "c\nactive: true"}}));
    EXPECT_NE(text.find("(was a\\u{2028}b)"), std::string::npos) << text;
    EXPECT_NE(text.find("friendly_name: \"c\\nactive: true\"\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace trunkwarden
