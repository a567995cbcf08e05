#include "support/escape.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::string_view_literals;

TEST(Escape, LeavesOrdinaryTextAlone)
{
    EXPECT_EQ(printable("office-pbx 192.0.2.66:5060 \"x\" \\d"), "office-pbx 192.0.2.66:5060 \"x\" \\d");
    EXPECT_EQ(printable("Zürich, 東京, Київ, 📞"), "Zürich, 東京, Київ, 📞");
    EXPECT_EQ(printable(""), "");
}

TEST(Escape, ShowsControlCharacters)
{
    EXPECT_EQ(printable("a\nb\r\tc\0d\x1b[31m\x7f"sv), "a\\u{a}b\\u{d}\\u{9}c\\u{0}d\\u{1b}[31m\\u{7f}");
    EXPECT_EQ(printable("\u0085\u009b"), "\\u{85}\\u{9b}");
}

TEST(Escape, ShowsWhatTurnsOrHidesText)
{
    EXPECT_EQ(printable("pay\u202Elap"), "pay\\u{202e}lap");
    EXPECT_EQ(printable("\u202A\u202B\u202C\u202D\u2066\u2067\u2068\u2069"),
              "\\u{202a}\\u{202b}\\u{202c}\\u{202d}\\u{2066}\\u{2067}\\u{2068}\\u{2069}");
    EXPECT_EQ(printable("\u200B\u200C\u200D\u200E\u200F\uFEFF\u2028\u2029\u00AD\u061C"),
              "\\u{200b}\\u{200c}\\u{200d}\\u{200e}\\u{200f}\\u{feff}\\u{2028}\\u{2029}\\u{ad}\\u{61c}");
    EXPECT_EQ(printable("\U000E0041"), "\\u{e0041}");
}

TEST(Escape, ShowsBytesThatAreNotUtf8)
{
    EXPECT_EQ(printable("a\xff"
                        "b"),
              "a\\x{ff}b");
    EXPECT_EQ(printable("\xc0\xaf"), "\\x{c0}\\x{af}") << "overlong";
    EXPECT_EQ(printable("\xe0\x80\x8a"), "\\x{e0}\\x{80}\\x{8a}") << "an overlong newline";
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\x{ed}\\x{a0}\\x{80}") << "a surrogate";
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\x{f4}\\x{90}\\x{80}\\x{80}") << "above U+10FFFF";
    EXPECT_EQ(printable("\xe2\x82"), "\\x{e2}\\x{82}") << "cut short";
    EXPECT_EQ(printable("\xe2\x82"
                        "a"),
              "\\x{e2}\\x{82}a");
}

TEST(Escape, ShortensBetweenCharacters)
{
    EXPECT_EQ(printable("abcdef", 6), "abcdef");
    EXPECT_EQ(printable("abcdefg", 6), "abcdef…");
    EXPECT_EQ(printable("abcd東", 6), "abcd…");
    EXPECT_EQ(printable("abcd\n", 6), "abcd…") << "an escape is not cut";
    EXPECT_EQ(printable("abc", 0), "…");
    EXPECT_EQ(printable(std::string(5000, 'x')).size(), 200 + sizeof "…" - 1);
}

TEST(Escape, DoesNoMoreTheSecondTime)
{
    const std::string once = printable("a\n\u202E\xff東");
    EXPECT_EQ(printable(once), once);
}

TEST(Escape, IsSafeForEveryPairOfBytes)
{
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; ++second) {
            const std::string pair{static_cast<char>(first), static_cast<char>(second)};
            const std::string shown = printable(pair);
            EXPECT_EQ(printable(shown), shown) << "not valid or not visible after " << first << ' ' << second;
            for (const char c : shown)
                EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << first << ' ' << second;
        }
}

TEST(Escape, QuotesLogfmtValuesOnlyWhenTheyNeedIt)
{
    EXPECT_EQ(logfmt_value("production"), "production");
    EXPECT_EQ(logfmt_value("/v2/ips?page[size]"), "/v2/ips?page[size]");
    EXPECT_EQ(logfmt_value(""), "\"\"");
    EXPECT_EQ(logfmt_value("two words"), "\"two words\"");
    EXPECT_EQ(logfmt_value("a=b"), "\"a=b\"");
    EXPECT_EQ(logfmt_value("say \"x\" \\"), "\"say \\\"x\\\" \\\\\"");
    EXPECT_EQ(logfmt_value("a b\nlevel=error"), "\"a b\\\\u{a}level=error\"");
}

}  // namespace
}  // namespace trunkwarden
