#include "support/yaml/source_line.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace trunkwarden {
namespace {

constexpr std::array<std::string_view, 6> shown{"poll", "interval", "name", "list", "outbound", "limit"};

// The line, and below it a caret under the place that `|` marks in the text.
std::string excerpt_at(std::string text)
{
    const auto offset = text.find('|');
    text.erase(offset, 1);
    const auto found = source_line_of(text, {1, static_cast<std::uint32_t>(offset)}, shown);
    return found.line.empty() ? "" : found.line + '\n' + std::string(found.caret, ' ') + '^';
}

TEST(SourceLine, ShowsTheLineWithACaretUnderThePlace)
{
    EXPECT_EQ(excerpt_at("name: a\npoll: {interval: |soon}\nname: b\n"),
              "poll: {interval: soon}\n                 ^");
    EXPECT_EQ(excerpt_at("|name: a"), "name: a\n^");
    EXPECT_EQ(excerpt_at("name: a|\r\n"), "name: a\n       ^");
}

TEST(SourceLine, KeepsTheCaretInPlaceBehindTabsWideLettersAndAccents)
{
    EXPECT_EQ(excerpt_at("name: \t|x"), "name:     x\n          ^");
    EXPECT_EQ(excerpt_at("name: 日本|x"), "name: 日本x\n          ^");
    EXPECT_EQ(excerpt_at("name: e\xcc\x81|x"), "name: e\xcc\x81x\n       ^");
}

TEST(SourceLine, ShowsControlCharactersAndBadBytesAsEscapes)
{
    EXPECT_EQ(excerpt_at("name: \x1b[31m|x"), "name: \\u{1b}[31mx\n                ^");
    EXPECT_EQ(excerpt_at("name: \xff|x"), "name: \\x{ff}x\n            ^");
    EXPECT_EQ(excerpt_at("name: \xe2\x80\xae|x"), "name: \\u{202e}x\n              ^");
}

TEST(SourceLine, CutsLongLinesAroundThePlace)
{
    const auto found = source_line_of("name: " + std::string(5000, 'x'), {1, 3000}, shown);
    EXPECT_TRUE(found.line.starts_with("…x"));
    EXPECT_TRUE(found.line.ends_with("x…"));
    EXPECT_LT(found.line.size(), 110U);
    EXPECT_LT(found.caret, 100U);
}

TEST(SourceLine, LeavesCommentsOut)
{
    EXPECT_EQ(excerpt_at("name: |a  # hunter2"), "name: a\n      ^");
    EXPECT_EQ(excerpt_at("|# hunter2\n"), "");
}

TEST(SourceLine, HidesTheValuesOfKeysThatMayHoldASecret)
{
    EXPECT_EQ(excerpt_at("password: |hunter2"), "password: (secret)\n          ^");
    EXPECT_EQ(excerpt_at("pass|word: hunter2"), "password: (secret)\n    ^");
    EXPECT_EQ(excerpt_at("{name: a, password: hunter2, name: |b}"),
              "{name: a, password: (secret)\n                    ^");
    EXPECT_EQ(excerpt_at("\"password\": |hunter2"), "\"password\": (secret)\n            ^");
    EXPECT_EQ(excerpt_at("outbound.password: |hunter2"), "outbound.password: (secret)\n                   ^");
    EXPECT_EQ(excerpt_at("outbound.limit: |5"), "outbound.limit: 5\n                ^");
}

TEST(SourceLine, HidesWhateverLooksLikeAnApiKey)
{
    EXPECT_EQ(excerpt_at("name: |KEY0123456789ABCDEF01"), "name: (secret)\n      ^");
    EXPECT_EQ(excerpt_at("list:\n- |KEY0123456789ABCDEF01"), "- (secret)\n  ^");
    EXPECT_EQ(excerpt_at("|KEY0123456789ABCDEF01: a"), "(secret)\n^");
}

TEST(SourceLine, ShowsAValueWithoutAKeyOnlyUnderAKeyThatIsShown)
{
    EXPECT_EQ(excerpt_at("poll:\n  list:\n    - a\n    - |b\n"), "    - b\n      ^");
    EXPECT_EQ(excerpt_at("list:\n- |b\n"), "- b\n  ^");
    EXPECT_EQ(excerpt_at("password:\n  - |hunter2\n"), "  - (secret)\n    ^");
    EXPECT_EQ(excerpt_at("password: &a\n  |hunter2\n"), "  (secret)\n  ^");
    EXPECT_EQ(excerpt_at("poll:\n  password:\n    - |hunter2\n"), "    - (secret)\n      ^");
    EXPECT_EQ(excerpt_at("poll: {\n  password:\n  |hunter2}\n"), "  (secret)\n  ^");
    EXPECT_EQ(excerpt_at("|hunter2\n"), "(secret)\n^");
}

TEST(SourceLine, HidesWhatStandsBelowAKeyThatMayHoldASecret)
{
    EXPECT_EQ(excerpt_at("password:\n  name: |hunter2\n"), "  name: (secret)\n        ^");
    EXPECT_EQ(excerpt_at("password: |\n"), "password:\n         ^");
}

TEST(SourceLine, IsNotHiddenByANeighbour)
{
    EXPECT_EQ(excerpt_at("- password: hunter2\n  name: |a\n"), "  name: a\n        ^");
}

}  // namespace
}  // namespace trunkwarden
