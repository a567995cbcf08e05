#include "support/yaml/in_quotes.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(InQuotes, HidesWhateverLooksLikeAnApiKey)
{
    EXPECT_EQ(in_quotes("KEY0123456789ABCDEF0123456789ABCDEF_abcdefghijklmnopqrstuv"), "\"(secret)\"");
    EXPECT_EQ(in_quotes("Bearer KEY0123456789ABCDEF"), "\"(secret)\"");
    EXPECT_EQ(in_quotes("KEYKEYKEY0123456789ABC"), "\"(secret)\"");
}

TEST(InQuotes, ShowsOrdinaryWords)
{
    EXPECT_EQ(in_quotes("KEY"), "\"KEY\"");
    EXPECT_EQ(in_quotes("KEYBOARD layout of the office"), "\"KEYBOARD layout of the office\"");
    EXPECT_EQ(in_quotes("/etc/keys/telnyx"), "\"/etc/keys/telnyx\"");
}

TEST(InQuotes, StaysOnOneLineAndShort)
{
    EXPECT_EQ(in_quotes("a\nb"), "\"a\\u{a}b\"");
    EXPECT_LT(in_quotes(std::string(1000, 'x')).size(), 70U);
}

}  // namespace
}  // namespace trunkwarden
