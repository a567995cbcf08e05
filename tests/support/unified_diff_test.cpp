#include "support/unified_diff.hpp"

#include <gtest/gtest.h>

#include <random>

namespace trunkwarden {
namespace {

TEST(UnifiedDiff, OfEqualTextsIsNothing)
{
    EXPECT_EQ(unified_diff("a\nb\n", "a\nb\n", "f"), "");
}

TEST(UnifiedDiff, ShowsThreeLinesAroundADifference)
{
    EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "f"),
              "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, JoinsDifferencesThatAreClose)
{
    EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n", "one\n2\n3\n4\nfive\n", "f"),
              "--- a/f\n+++ b/f\n@@ -1,5 +1,5 @@\n-1\n+one\n 2\n 3\n 4\n-5\n+five\n");
}

TEST(UnifiedDiff, TellsOfALastLineWithoutItsEnd)
{
    EXPECT_EQ(unified_diff("a", "a\nb", "f"),
              "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at "
              "end of file\n");
}

TEST(UnifiedDiff, CountsAnEmptyTextAsLineZero)
{
    EXPECT_EQ(unified_diff("", "a\n", "f"), "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+a\n");
}

// The old text with the pieces exchanged is the new one, for any pieces.
TEST(UnifiedDiff, FindsPiecesThatTurnOneTextIntoTheOther)
{
    std::mt19937 random(1);
    for (int round = 0; round < 500; ++round) {
        const auto some_text = [&random] {
            std::string text;
            for (auto lines = random() % 12; lines > 0; --lines)
                text += std::string(1, static_cast<char>('a' + random() % 4)) + '\n';
            return text;
        };
        const auto before = some_text();
        const auto after = some_text();
        const auto old_lines = lines_of(before);
        const auto new_lines = lines_of(after);
        std::string made;
        std::size_t at = 0;
        for (const auto& piece : differences(old_lines, new_lines)) {
            for (; at < piece.old_begin; ++at)
                made += old_lines[at];
            at += piece.old_count;
            for (std::size_t line = 0; line < piece.new_count; ++line)
                made += new_lines[piece.new_begin + line];
        }
        for (; at < old_lines.size(); ++at)
            made += old_lines[at];
        ASSERT_EQ(made, after) << before;
    }
}

}  // namespace
}  // namespace trunkwarden
