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
    EXPECT_EQ(layout_of(-1).style, styling::off);
}

}  // namespace
}  // namespace trunkwarden
