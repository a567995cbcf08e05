#include "support/yaml/yaml_events.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <string>
#include <vector>

namespace trunkwarden {
namespace {

// Writes down the events that it gets: {key='value' key=[...]}.
class recorder final : public yaml_consumer {
public:
    void map_begins(text_mark) override { told += "{"; }
    void map_ends() override { told += "}"; }
    void list_begins(text_mark) override { told += "["; }
    void list_ends() override { told += "]"; }
    void key(std::string_view name, text_mark) override { (told += name) += "="; }
    void scalar(std::string_view text, text_mark) override { ((told += "'") += text) += "' "; }
    void null(text_mark) override { told += "~ "; }
    std::string told;
};

struct outcome_of {
    explicit outcome_of(const std::string& text)
    {
        problem_list list("f.yml", text);
        recorder consumer;
        outcome = read_yaml(text, consumer, list);
        told = consumer.told;
        for (const auto& found : list.take())
            problems.push_back(to_string(found));
    }
    yaml_outcome outcome = yaml_outcome::read;
    std::string told;
    std::vector<std::string> problems;
};

using strings = std::vector<std::string>;

TEST(YamlEvents, TellsBlockAndFlowStyleAlike)
{
    const outcome_of block("a: 1\nb:\n  - x\n  - c: 2\n");
    const outcome_of flow("{a: 1, b: [x, {c: 2}]}\n");
    EXPECT_EQ(block.told, "{a='1' b=['x' {c='2' }]}");
    EXPECT_EQ(flow.told, block.told);
    EXPECT_EQ(flow.problems, strings());
}

TEST(YamlEvents, TakesEveryScalarAsTheTextThatIsWritten)
{
    const outcome_of read("[+13035559123, NO, 012, 1e3, true, 2026-11-01, '', \"x\\ty\", 0x1F, .inf]\n");
    EXPECT_EQ(read.told, "['+13035559123' 'NO' '012' '1e3' 'true' '2026-11-01' '' 'x\ty' '0x1F' '.inf' ]");
}

// A text without quotes must not hold what looks like a space and is none.
TEST(YamlEvents, NamesACharacterThatOnlyLooksLikeASpace)
{
    const auto refused = [](const std::string& text) {
        const outcome_of read(text);
        EXPECT_EQ(read.outcome, yaml_outcome::broken) << text;
        return read.problems.size() == 1 ? read.problems.front().substr(0, read.problems.front().find(','))
                                         : "";
    };
    EXPECT_EQ(refused("a: 1\n\u00a0 b: 2\n"), "f.yml:2:1: this is U+00A0");
    EXPECT_EQ(refused("a:\u00a01\n"), "f.yml:1:3: this is U+00A0");
    EXPECT_EQ(refused("a: 1\u00a0\n"), "f.yml:1:5: this is U+00A0");
    EXPECT_EQ(refused("- x\u2009y\n"), "f.yml:1:4: this is U+2009");
    EXPECT_EQ(refused("{a: \u30001}\n"), "f.yml:1:5: this is U+3000");
    EXPECT_EQ(refused("a: ä\u200b\n"), "f.yml:1:5: this is U+200B");
    EXPECT_EQ(refused("b: 1\na: \ufeff1\n"), "f.yml:2:4: this is U+FEFF");
    EXPECT_EQ(refused("a: one two\u00a0three\n"), "f.yml:1:4: this is U+00A0");

    const outcome_of names("# a\u00a0comment\na: \"x\u00a0y\"\nb: 'x\u200b'\nc: |\n  x\u00a0y\nd: Škoda\n");
    EXPECT_EQ(names.problems, strings());
    EXPECT_EQ(names.told, "{a='x\u00a0y' b='x\u200b' c='x\u00a0y\n' d='Škoda' }");
}

TEST(YamlEvents, NamesItAlsoWhereYamlCanBeReadNoFurther)
{
    const outcome_of read("a:\n  - b: 1\n\u00a0\u00a0\u00a0 c: 2\n");
    ASSERT_EQ(read.problems.size(), 1U);
    EXPECT_NE(read.problems.front().find("U+00A0, a no-break space"), std::string::npos)
        << read.problems.front();
}

TEST(YamlEvents, TellsNullWhereNothingOrATildeStands)
{
    EXPECT_EQ(outcome_of("a:\nb: ~\nc: null\nd: 'null'\n").told, "{a=~ b=~ c=~ d='null' }");
}

TEST(YamlEvents, ReadsPastAUtf8ByteOrderMark)
{
    const outcome_of read(
        "\xef\xbb\xbf"
        "a: 1\na: 2\n");
    EXPECT_EQ(read.told, "{a='1' }");
    EXPECT_EQ(read.problems, strings({"f.yml:2:1: the key \"a\" is here for the second time"}));
}

TEST(YamlEvents, SaysWhenThereIsNothingButComments)
{
    EXPECT_EQ(outcome_of("").outcome, yaml_outcome::empty);
    EXPECT_EQ(outcome_of("# nothing\n\n  # here\n").outcome, yaml_outcome::empty);
}

TEST(YamlEvents, CountsColumnsInCharacters)
{
    EXPECT_EQ(outcome_of("{zürich: 1, zürich: 2}\n").problems,
              strings({"f.yml:1:13: the key \"zürich\" is here for the second time"}));
}

TEST(YamlEvents, GoesOnAfterARefusedKeyWithoutItsValue)
{
    const outcome_of read("a: 1\na: {b: [1, {b: 2}]}\nc: 3\nc: 4\nd: 5\n");
    EXPECT_EQ(read.told, "{a='1' c='3' d='5' }");
    EXPECT_EQ(read.problems.size(), 2U);
}

struct bad_yaml {
    std::string text;
    std::string problem;
};

class YamlEventsRefuse : public testing::TestWithParam<bad_yaml> {};

TEST_P(YamlEventsRefuse, WithThePlaceAndASentence)
{
    EXPECT_EQ(outcome_of(GetParam().text).problems, strings({GetParam().problem}));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, YamlEventsRefuse,
    testing::Values(bad_yaml{"a: 1\nb: {c: 1, c: 2}\n",
                             "f.yml:2:11: the key \"c\" is here for the second time"},
                    bad_yaml{"'a': 1\n\"a\": 2\n", "f.yml:2:1: the key \"a\" is here for the second time"},
                    bad_yaml{"? [a]\n: b\n", "f.yml:1:3: a key must be text, not a list or a map"},
                    bad_yaml{"? {a: 1}\n: b\n", "f.yml:1:3: a key must be text, not a list or a map"},
                    bad_yaml{"a: {: b}\n", "f.yml:1:5: a key is missing here"},
                    bad_yaml{"~: b\n", "f.yml:1:1: a key is missing here"},
                    bad_yaml{"a: {<<: {b: 1}}\n",
                             "f.yml:1:5: merge keys (<<) are not read here; write the keys themselves"}));

INSTANTIATE_TEST_SUITE_P(
    Extensions, YamlEventsRefuse,
    testing::Values(
        bad_yaml{"a: &x 1\n",
                 "f.yml:1:4: anchors (&name) are not read here; write the value itself wherever it is "
                 "needed"},
        bad_yaml{"a: *x\n", "f.yml:1:4: aliases (*name) are not read here: quote a text that begins with *"},
        bad_yaml{"a: *\n", "f.yml:1:5: a text that begins with * must be quoted"},
        bad_yaml{"a: !!int 7\n",
                 "f.yml:1:4: tags (!name) are not read here; every value is text as it is written"},
        bad_yaml{"a: !env [7]\n",
                 "f.yml:1:4: tags (!name) are not read here; every value is text as it is written"},
        bad_yaml{"a: 1\n---\nb: 2\n", "f.yml:2:1: more than one YAML document in the file; keep one"},
        bad_yaml{"{a: 1} b\n", "f.yml:1:8: more than one YAML document in the file; keep one"}));

INSTANTIATE_TEST_SUITE_P(
    Syntax, YamlEventsRefuse,
    testing::Values(
        bad_yaml{"a: [1, 2\nb: 3\n",
                 "f.yml:2:2: a list in brackets is not closed with ], or lacks a comma before this"},
        bad_yaml{"a: {b: 1\n",
                 "f.yml:2:1: a map in braces is not closed with }, or lacks a comma before this"},
        bad_yaml{
            "a: b: c\n",
            "f.yml:1:5: a colon where no key can be: check the indentation, and quote a value that holds "
            "\": \""},
        bad_yaml{"a:\n\t- x\n", "f.yml:2:2: indented with a tab; YAML wants spaces"},
        bad_yaml{"a: - b\n", "f.yml:1:4: a list item (- ) where none can be: check the indentation"},
        bad_yaml{"a: 'x' y\n",
                 "f.yml:1:8: this does not belong to the map above: check its indentation and quotes"},
        bad_yaml{"a: \"\\*\"\n",
                 "f.yml:1:7: an unknown \\ escape in double quotes; use single quotes, or write the "
                 "backslash twice"},
        bad_yaml{"a: @x\n", "f.yml:1:4: a text that begins with this character must be quoted"},
        bad_yaml{"a: b\n]\n", "f.yml:2:1: a closing bracket or brace that nothing opened"},
        bad_yaml{"%YAML 9.1\n---\na: 1\n", "f.yml:1:1: this is not valid YAML"}));

// yaml-cpp treats the end of the file as the closing quote.
INSTANTIATE_TEST_SUITE_P(
    CutOffFiles, YamlEventsRefuse,
    testing::Values(bad_yaml{"a: \"https://iv", "f.yml:1:15: this quoted text is not closed"},
                    bad_yaml{"a: 1\nb: 'it''s\n", "f.yml:2:4: this quoted text is not closed"},
                    bad_yaml{"a: \"x\\\"\n", "f.yml:1:4: this quoted text is not closed"}));

TEST(YamlEvents, TakesQuotedTextThatEndsWithTheFile)
{
    EXPECT_EQ(outcome_of("a: ''").problems, strings());
    EXPECT_EQ(outcome_of("a: \"x\\\"\"").problems, strings());
    EXPECT_EQ(outcome_of("a: 'it''s' # it's open").problems, strings());
    EXPECT_EQ(outcome_of("a: \"x\\\\\"").problems, strings());
}

INSTANTIATE_TEST_SUITE_P(
    Encodings, YamlEventsRefuse,
    testing::Values(
        bad_yaml{"a: 1\nb: \xff\n", "f.yml:2:4: a byte that is not UTF-8; save the file as UTF-8"},
        bad_yaml{"a: \xc0\xaf\n", "f.yml:1:4: a byte that is not UTF-8; save the file as UTF-8"},
        bad_yaml{"a: \xed\xa0\x80\n", "f.yml:1:4: a byte that is not UTF-8; save the file as UTF-8"},
        bad_yaml{"a: \xf4\x90\x80\x80\n", "f.yml:1:4: a byte that is not UTF-8; save the file as UTF-8"},
        bad_yaml{"a: \xe2\x82", "f.yml:1:4: a byte that is not UTF-8; save the file as UTF-8"},
        bad_yaml{"\xff\xfe" + std::string("a\0:\0", 4), "f.yml:1:1: the file is in UTF-16; save it as UTF-8"},
        bad_yaml{std::string("\0a\0:", 4), "f.yml:1:1: the file is in UTF-16; save it as UTF-8"},
        bad_yaml{std::string("\xff\xfe\0\0a\0\0\0", 8), "f.yml:1:1: the file is in UTF-32; save it as UTF-8"},
        bad_yaml{
            std::string("abcdefgh: \0\n", 12),
            "f.yml:1:11: a control character (0x00) in the file; remove it, or write it as an escape inside "
            "double quotes"},
        bad_yaml{
            "abc: 1\nabcdefgh: \x04 zzzzzzzzz\n",
            "f.yml:2:11: a control character (0x04) in the file; remove it, or write it as an escape inside "
            "double quotes"},
        bad_yaml{
            "a: \x7f\n",
            "f.yml:1:4: a control character (0x7f) in the file; remove it, or write it as an escape inside "
            "double quotes"},
        bad_yaml{"a: \xc2\x9b\n", "f.yml:1:4: an invisible control character in the file; remove it"},
        bad_yaml{
            "a: b\rc: d\n",
            "f.yml:1:5: a carriage return that ends no line: save the file with LF or CR LF line ends"}));

TEST(YamlEvents, ReadsEveryKindOfUtf8AndCrLfLineEnds)
{
    const outcome_of read("a: é€😀\r\nb: 2\r\nb: 3\r\n");
    EXPECT_EQ(read.told, "{a='é€😀' b='2' }");
    EXPECT_EQ(read.problems, strings({"f.yml:3:1: the key \"b\" is here for the second time"}));
}

TEST(YamlEvents, FindsAControlCharacterAtEveryOffset)
{
    for (std::size_t at = 3; at < 40; ++at) {
        std::string text = "a: " + std::string(40, 'x') + "\n";
        text[at] = '\x01';
        const auto found = outcome_of(text).problems;
        ASSERT_EQ(found.size(), 1U) << at;
        EXPECT_TRUE(found[0].starts_with("f.yml:1:" + std::to_string(at + 1) + ": a control character"))
            << found[0];
    }
}

TEST(YamlEvents, TakesNestingUpToTheLimitAndNoFurther)
{
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']') + "\n";
    };
    EXPECT_EQ(outcome_of(nested(max_yaml_depth)).problems, strings());
    EXPECT_EQ(outcome_of(nested(max_yaml_depth + 1)).problems,
              strings({"f.yml:1:33: nested more than 32 deep"}));
    EXPECT_EQ(outcome_of(nested(1000)).problems, strings({"f.yml:1:33: nested more than 32 deep"}));
    std::string block;
    for (std::size_t depth = 0; depth < 40; ++depth)
        block += std::string(depth, ' ') + "a:\n";
    EXPECT_EQ(outcome_of(block).problems, strings({"f.yml:33:33: nested more than 32 deep"}));
}

// yaml-cpp would need 15 GB.
TEST(YamlEvents, RefusesAFileOfNothingButBracketsWithoutReadingIt)
{
    EXPECT_EQ(outcome_of("a:\n- " + std::string(max_yaml_bytes / 2, '[')).problems,
              strings({"f.yml:2:3: nested far too deep"}));
    std::string lines = "a: ";
    for (int at = 0; at < 100'000; ++at)
        lines += "[\n  {\r\n";
    EXPECT_EQ(outcome_of(lines).problems, strings({"f.yml:1:4: nested far too deep"}));
}

TEST(YamlEvents, RefusesAListOverTheLimit)
{
    EXPECT_EQ(outcome_of("a: [" + std::string(max_yaml_list + 1, ',') + "]\n").problems,
              strings({"f.yml:1:4: a list of more than 1000000 values"}));
}

TEST(YamlEvents, RefusesAFileOverTheSizeLimitBeforeReadingIt)
{
    const outcome_of read("a: " + std::string(max_yaml_bytes, 'x'));
    EXPECT_EQ(read.problems, strings({"f.yml:1:1: the file is larger than 64 MiB"}));
    EXPECT_EQ(read.told, "");
}

TEST(YamlEvents, FindsDuplicatesAmongThousandsOfKeys)
{
    std::string text;
    for (int at = 0; at < 3000; ++at)
        text += "k" + std::to_string(at) + ": 1\n";
    EXPECT_EQ(outcome_of(text).problems, strings());
    EXPECT_EQ(outcome_of(text + "k7: 1\nk2999: 1\n").problems,
              strings({"f.yml:3001:1: the key \"k7\" is here for the second time",
                       "f.yml:3002:1: the key \"k2999\" is here for the second time"}));
}

TEST(YamlEvents, StopsAfterFiftyProblemsAndSaysSo)
{
    std::string text = "a: 1\n";
    for (int at = 0; at < 100; ++at)
        text += "a: 1\n";
    const outcome_of read(text);
    EXPECT_EQ(read.outcome, yaml_outcome::broken);
    ASSERT_EQ(read.problems.size(), 51U);
    EXPECT_EQ(read.problems[49], "f.yml:51:1: the key \"a\" is here for the second time");
    EXPECT_EQ(read.problems[50], "f.yml: there are more problems than the 50 told here");
}

TEST(YamlEvents, NeverRepeatsAnApiKeyThatIsUsedAsAName)
{
    const std::string canary = "KEY0123456789ABCDEF0123456789ABCDEF_abcdefghijklmnopqrstuv";
    for (const std::string_view place : {"a: *{}", "a: &{} x", "a: !{} x", "{0}: 1\n{0}: 2\n", "a: {}: x",
                                         "a: [{}", "a: {{{} x y: {{}}", "a: '{}", "%YAML {}\n--- a\n"}) {
        const auto text = fmt::format(fmt::runtime(place), canary);
        const outcome_of read(text);
        EXPECT_FALSE(read.problems.empty()) << text;
        for (const auto& found : read.problems)
            EXPECT_EQ(found.find("0123456789"), std::string::npos) << found;
    }
}

}  // namespace
}  // namespace trunkwarden
