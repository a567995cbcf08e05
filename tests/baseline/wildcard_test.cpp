#include "baseline/wildcard.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trunkwarden {
namespace {

TEST(Wildcard, CoversAnyRunOfCharacters)
{
    EXPECT_TRUE(matches_wildcard("*", ""));
    EXPECT_TRUE(matches_wildcard("*", "a/b\nc"));
    EXPECT_TRUE(matches_wildcard("https://ivr.example.com/*", "https://ivr.example.com/"));
    EXPECT_TRUE(matches_wildcard("https://ivr.example.com/*", "https://ivr.example.com/a/b?c"));
    EXPECT_TRUE(matches_wildcard("a*c*e", "abcde"));
    EXPECT_TRUE(matches_wildcard("a*c", "accc"));
    EXPECT_TRUE(matches_wildcard("**a**", "bab"));
    EXPECT_TRUE(matches_wildcard("*ab*ab", "abxab"));
}

TEST(Wildcard, CoversNothingElse)
{
    EXPECT_FALSE(matches_wildcard("https://ivr.example.com/*", "https://ivr.example.com.evil.test/"));
    EXPECT_FALSE(matches_wildcard("*.example.com", "example.com"));
    EXPECT_FALSE(matches_wildcard("a*c", "acd"));
    EXPECT_FALSE(matches_wildcard("a", "A"));
    EXPECT_FALSE(matches_wildcard("a*", ""));
    EXPECT_FALSE(matches_wildcard("", "a"));
    EXPECT_TRUE(matches_wildcard("", ""));
    EXPECT_FALSE(matches_wildcard("*ab*ab", "abx"));
    EXPECT_FALSE(matches_wildcard("a?c", "abc"));
}

TEST(Wildcard, TakesAnEscapedStarForAStar)
{
    EXPECT_TRUE(matches_wildcard(R"(a\**)", "a*b"));
    EXPECT_FALSE(matches_wildcard(R"(a\**)", "ab"));
    EXPECT_TRUE(matches_wildcard(R"(*\*)", "ab*"));
    EXPECT_FALSE(matches_wildcard(R"(*\*)", "ab"));
    EXPECT_FALSE(has_wildcard(R"(a\*b)"));
    EXPECT_TRUE(has_wildcard(R"(a\*b*)"));
    EXPECT_EQ(unescaped(R"(a\*b\c\)"), R"(a*b\c\)");
}

TEST(Wildcard, EscapesEveryTextSoThatItMeansItself)
{
    for (const std::string text :
         {"", "a", "*", "**", R"(\*)", R"(\\*)", R"(a\*b\)", "https://x/*?y", R"(\)"}) {
        const auto written = escaped(text);
        EXPECT_FALSE(has_wildcard(written)) << text;
        EXPECT_EQ(unescaped(written), text);
        EXPECT_TRUE(matches_wildcard(written, text)) << text;
    }
}

// A matcher that tries every split needs longer than the universe has for this.
TEST(Wildcard, DoesNotExplodeOnManyWildcards)
{
    std::string pattern;
    for (int at = 0; at < 60; ++at)
        pattern += "a*";
    EXPECT_FALSE(matches_wildcard(pattern + "b", std::string(5000, 'a')));
    EXPECT_TRUE(matches_wildcard(pattern, std::string(5000, 'a')));
}

TEST(Wildcard, HasTextBeforeTheFirstAndAfterTheLast)
{
    EXPECT_EQ(text_before_wildcard("https://a/*/b*.xml"), "https://a/");
    EXPECT_EQ(text_after_wildcard("https://a/*/b*.xml"), ".xml");
    EXPECT_EQ(text_before_wildcard("a\\*b*"), "a*b");
    EXPECT_EQ(text_after_wildcard("*a\\*b"), "a*b");
    EXPECT_EQ(text_before_wildcard("*"), "");
}

TEST(Wildcard, KnowsWhenOnePatternCoversAnother)
{
    EXPECT_TRUE(covers_pattern("a*", "ab*"));
    EXPECT_TRUE(covers_pattern("*", "a*b"));
    EXPECT_TRUE(covers_pattern("a*", "a*"));
    EXPECT_TRUE(covers_pattern("a*c", "a*b*c"));
    EXPECT_FALSE(covers_pattern("ab*", "a*"));
    EXPECT_FALSE(covers_pattern("a*c", "a*"));
    EXPECT_FALSE(covers_pattern("a", "a*"));
    EXPECT_TRUE(covers_pattern("a*", "a\\*"));
    EXPECT_FALSE(covers_pattern("a\\*", "a*"));
}

}  // namespace
}  // namespace trunkwarden
