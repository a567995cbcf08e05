#include "cli/report/terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using testing::ElementsAre;

TEST(Terminal, BreaksTextBetweenWords)
{
    EXPECT_THAT(wrapped("one two three four", 10, {0, 2}), ElementsAre("one two", "  three", "  four"));
    EXPECT_THAT(wrapped("one two three", 0, {0, 2}), ElementsAre("one two three")) << "pipes get whole lines";
    EXPECT_THAT(wrapped("", 10, {}), ElementsAre(""));
}

TEST(Terminal, LeavesRoomForWhatStandsBeforeTheFirstLine)
{
    EXPECT_THAT(wrapped("one two", 10, {5, 5}), ElementsAre("one", "     two"));
}

TEST(Terminal, KeepsAWordThatIsWiderThanALineWhole)
{
    EXPECT_THAT(wrapped("id f-3b1c9a70d2e4 x", 8, {0, 0}), ElementsAre("id", "f-3b1c9a70d2e4", "x"));
}

TEST(Terminal, CountsCharactersNotBytes)
{
    EXPECT_THAT(wrapped("über äöü", 8, {0, 0}), ElementsAre("über äöü"));
    EXPECT_EQ(padded("äö", 4), "äö  ");
}

TEST(Terminal, CountsNoColumnsForColours)
{
    EXPECT_EQ(width_of("\x1b[31mred\x1b[0m and \x1b[1;2mbold\x1b[0m"), 12U);
    EXPECT_EQ(width_of("\x1b[0m"), 0U);
    EXPECT_EQ(width_of("\x1b[3"), 3U) << "it never ends";
    EXPECT_THAT(wrapped(styled("one two", colour::red, styling::on), 7, {0, 2}),
                ElementsAre("\x1b[31mone two\x1b[0m"));
}

TEST(Terminal, CountsTheRowsOfAText)
{
    EXPECT_EQ(rows_of("", 10), 0U);
    EXPECT_EQ(rows_of("one\n", 10), 1U);
    EXPECT_EQ(rows_of("one\n\nthree", 10), 3U);
    EXPECT_EQ(rows_of("0123456789\n", 10), 1U);
    EXPECT_EQ(rows_of("01234567890\n", 10), 2U) << "the terminal breaks it";
    EXPECT_EQ(rows_of("\x1b[31m0123456789\x1b[0m\n", 10), 1U);
    EXPECT_EQ(rows_of("0123456789", 0), 1U) << "a width that is not known";
}

TEST(Terminal, BreaksBetweenPiecesOnly)
{
    const std::vector<std::string> pieces{"opened 3 min ago", "seen 8 s ago", "came 3 times"};
    EXPECT_THAT(wrapped(pieces, 32, {0, 1}), ElementsAre("opened 3 min ago  seen 8 s ago", " came 3 times"));
}

TEST(Terminal, FitsALineForItselfAndIndentsWhatIsBrokenOff)
{
    EXPECT_EQ(fitted("one two three\n  four five six\n", 10),
              "one two\n  three\n  four\n    five\n    six\n");
    EXPECT_EQ(fitted("one two three", 0), "one two three\n") << "pipes get whole lines";
    EXPECT_EQ(fitted("\none", 10), "\none\n");
}

TEST(Terminal, ColoursAsItWasChosen)
{
    choose_colours(colouring::always);
    EXPECT_EQ(styling_of(-1), styling::on);
    choose_colours(colouring::never);
    EXPECT_EQ(styling_of(-1), styling::off);
    choose_colours(colouring::automatic);
    EXPECT_EQ(styling_of(-1), styling::off);
}

TEST(Terminal, HasNoWidthWhereThereIsNone)
{
    EXPECT_EQ(layout_of(-1).width, 0U);
    EXPECT_FALSE(size_of_terminal(-1));
    EXPECT_EQ(layout_of(-1).style, styling::off);
}

}  // namespace
}  // namespace trunkwarden
