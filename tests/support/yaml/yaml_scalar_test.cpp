#include "support/yaml/yaml_scalar.hpp"

#include <gtest/gtest.h>

#include <random>

#include "support/yaml/yaml_tree.hpp"

namespace trunkwarden {
namespace {

// Collects scalars as the reader takes them: as a text or as null.
class reads_scalars final : public yaml_consumer {
public:
    void map_begins(text_mark) override {}
    void map_ends() override {}
    void list_begins(text_mark) override {}
    void list_ends() override {}
    void key(std::string_view, text_mark) override {}
    void scalar(std::string_view text, text_mark) override { texts.emplace_back(text); }
    void null(text_mark) override { texts.emplace_back("(null)"); }
    std::vector<std::string> texts;
};

std::vector<std::string> read_back(const std::string& yaml)
{
    problem_list problems("t.yml", yaml);
    reads_scalars found;
    EXPECT_EQ(read_yaml(yaml, found, problems), yaml_outcome::read) << yaml;
    for (const auto& problem : problems.take())
        ADD_FAILURE() << to_string(problem);
    return found.texts;
}

void expect_it_comes_back(const std::string& text)
{
    const auto written = yaml_scalar(text);
    EXPECT_EQ(written.find('\n'), std::string::npos) << written;
    EXPECT_EQ(read_back("key: " + written + "   # behind\n"), std::vector{text}) << written;
    EXPECT_EQ(read_back("key: [" + written + ", " + written + "]\n"), (std::vector{text, text})) << written;
    EXPECT_EQ(read_back("key:\n  - " + written + "\n"), std::vector{text}) << written;
}

TEST(YamlScalar, LeavesPlainWhatNobodyCouldMistake)
{
    for (const std::string_view text :
         {"office-pbx", "https://ivr.example.com/start.xml", "true", "5060", "0", "NO", "dana@example.com",
          "a*b", "Example SSO", "sip:desk@sbc.example.com"})
        EXPECT_EQ(yaml_scalar(text), text);
}

TEST(YamlScalar, QuotesWhatCouldBeTakenForSomethingElse)
{
    EXPECT_EQ(yaml_scalar(""), R"("")");
    EXPECT_EQ(yaml_scalar("null"), R"("null")");
    EXPECT_EQ(yaml_scalar("~"), R"("~")");
    EXPECT_EQ(yaml_scalar("012"), R"("012")");
    EXPECT_EQ(yaml_scalar("1e3"), R"("1e3")");
    EXPECT_EQ(yaml_scalar("2026-11-22"), R"("2026-11-22")");
    EXPECT_EQ(yaml_scalar("50.00"), R"("50.00")");
    EXPECT_EQ(yaml_scalar("1293384261075731499"), R"("1293384261075731499")");
    EXPECT_EQ(yaml_scalar("+14155550100"), R"("+14155550100")");
    EXPECT_EQ(yaml_scalar("- a"), R"("- a")");
    EXPECT_EQ(yaml_scalar("a: b"), R"("a: b")");
    EXPECT_EQ(yaml_scalar("a #b"), R"("a #b")");
    EXPECT_EQ(yaml_scalar("ends "), R"("ends ")");
    EXPECT_EQ(yaml_scalar("a, b"), R"("a, b")");
    EXPECT_EQ(yaml_scalar("*alias"), R"("*alias")");
}

TEST(YamlScalar, ShowsWhatCannotBeSeen)
{
    EXPECT_EQ(yaml_scalar("a\nb\tc"), R"("a\nb\tc")");
    EXPECT_EQ(yaml_scalar("quote\" back\\slash"), R"("quote\" back\\slash")");
    EXPECT_EQ(yaml_scalar(std::string("\0\x1b\x7f", 3)), R"("\x00\x1b\x7f")");
    EXPECT_EQ(yaml_scalar("\u0085"), R"("\x85")");
    EXPECT_EQ(yaml_scalar("\u202e\ufeff"), R"("\u202e\ufeff")");
    EXPECT_EQ(yaml_scalar("\U000e0041"), R"("\U000e0041")");
    EXPECT_EQ(yaml_scalar("Ærlig 日本"), R"("Ærlig 日本")");
}

TEST(YamlScalar, IsReadBackAsTheTextItWas)
{
    for (const std::string text :
         {"",   " ",  "null", "true", "~",  "a: b", "a #b", "[a]",  "{a}",    "'",         "\"",
          "\\", "-",  "---",  "?",    "a:", ":a",   "\n",   "\r\n", "\u2028", "\u0085",    "\ufeff",
          "%",  "@a", "`",    "a,b",  "!a", "&a",   "*a",   "|",    ">",      "\U0001f600"})
        expect_it_comes_back(text);
}

TEST(YamlScalar, IsReadBackAsTheTextItWasForAnyTextThereIs)
{
    const std::vector<std::string> pieces{"a", "Z", "0",  "-",  ":",  " ",  "#",   "\"", "'",      "\\",
                                          ",", "[", "]",  "{",  "}",  "*",  "&",   "!",  "%",      "@",
                                          "|", ">", "\n", "\t", "\r", "\b", "é",   "日", "\u200b", "/",
                                          "?", ".", "+",  "_",  "~",  "`",  "\x7f"};
    std::mt19937 random(20261125);
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (auto length = random() % 9; length > 0; --length)
            text += pieces[random() % pieces.size()];
        expect_it_comes_back(text);
    }
}

}  // namespace
}  // namespace trunkwarden
