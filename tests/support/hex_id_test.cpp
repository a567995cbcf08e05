#include "support/hex_id.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(HexId, IsWholeOrTheBeginningOfOne)
{
    EXPECT_TRUE(is_id("f-0123456789ab", "f-"));
    EXPECT_FALSE(is_id("f-0123456789a", "f-"));
    EXPECT_TRUE(is_id("f-0123456789a", "f-", 6));
    EXPECT_TRUE(is_id("f-012345", "f-", 6));
    EXPECT_FALSE(is_id("f-01234", "f-", 6));
    for (const char* wrong : {"", "f-", "a-0123456789ab", "f-0123456789abc", "f-0123456789ag",
                              "f-0123456789AB", "f-0123456789a ", "f.0123456789ab"}) {
        EXPECT_FALSE(is_id(wrong, "f-")) << wrong;
        EXPECT_FALSE(is_id(wrong, "f-", 6)) << wrong;
    }
}

}  // namespace
}  // namespace trunkwarden
