#include "cli/report/markdown_cell.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trunkwarden {
namespace {

TEST(MarkdownCell, LeavesOrdinaryWordsAsTheyAre)
{
    for (const char* words :
         {"switch off TeXML application \"x\" (17)", "+44 20 7946 0000, 5 min", "2026-11-22T11:00:00Z",
          "dana@example.com: done. 7 findings", "-x", "a - b", ""})
        EXPECT_EQ(cell(words), words);
}

TEST(MarkdownCell, EscapesWhatAnIntruderEscapedBefore)
{
    EXPECT_EQ(cell(R"(\<img src=x onerror=alert(1)>)"), R"(\\\<img src=x onerror=alert(1)\>)");
    EXPECT_EQ(cell(R"(\[Telnyx](x))"), R"(\\\[Telnyx\](x))");
    EXPECT_EQ(cell(R"(end of the row\|)"), R"(end of the row\\\|)");
    EXPECT_EQ(cell("&lt;img&gt;"), R"(\&lt;img\&gt;)");
}

TEST(MarkdownCell, EscapesWhatChangesHowTheRestIsShown)
{
    EXPECT_EQ(cell("~~struck~~ **bold** __too__ `code` $x$"),
              R"(\~\~struck\~\~ \*\*bold\*\* \_\_too\_\_ \`code\` \$x\$)");
    EXPECT_EQ(cell("![a picture](x)"), R"(\!\[a picture\](x))");
    EXPECT_EQ(cell("a\nb"), R"(a\\u{a}b)") << "one line, and the escape is shown";
}

TEST(MarkdownCell, BreaksLinksWithoutBrackets)
{
    EXPECT_EQ(cell("see https://evil.example/x"), R"(see https\://evil.example/x)");
    EXPECT_EQ(cell("see WWW.evil.example"), R"(see WWW\.evil.example)");
    EXPECT_EQ(cell("<https://evil.example>"), R"(\<https\://evil.example\>)");
}

TEST(MarkdownCell, BeginsNoHeadingQuoteListOrRuler)
{
    EXPECT_EQ(cell("# heading"), R"(\# heading)");
    EXPECT_EQ(cell("> quote"), R"(\> quote)");
    EXPECT_EQ(cell("- item"), R"(\- item)");
    EXPECT_EQ(cell("  + item"), R"(  \+ item)");
    EXPECT_EQ(cell("---"), R"(\---)");
    EXPECT_EQ(cell("12. item"), R"(12\. item)");
    EXPECT_EQ(cell("1) item"), R"(1\) item)");
}

}  // namespace
}  // namespace trunkwarden
