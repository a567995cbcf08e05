#include "support/yaml/quoted_text.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(QuotedText, HidesWhateverLooksLikeAnApiKey)
{
    EXPECT_EQ(quoted_text("KEY0123456789ABCDEF0123456789ABCDEF_abcdefghijklmnopqrstuv"), "\"(secret)\"");
    EXPECT_EQ(quoted_text("Bearer KEY0123456789ABCDEF"), "\"(secret)\"");
    EXPECT_EQ(quoted_text("KEYKEYKEY0123456789ABC"), "\"(secret)\"");
}

TEST(QuotedText, ShowsOrdinaryWords)
{
    EXPECT_EQ(quoted_text("KEY"), "\"KEY\"");
    EXPECT_EQ(quoted_text("KEYBOARD layout of the office"), "\"KEYBOARD layout of the office\"");
    EXPECT_EQ(quoted_text("/etc/keys/telnyx"), "\"/etc/keys/telnyx\"");
}

TEST(QuotedText, StaysOnOneLineAndShort)
{
    EXPECT_EQ(quoted_text("a\nb"), "\"a\\u{a}b\"");
    EXPECT_LT(quoted_text(std::string(1000, 'x')).size(), 70U);
}

}  // namespace
}  // namespace trunkwarden
