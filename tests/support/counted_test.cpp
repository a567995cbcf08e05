#include "support/counted.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <stdexcept>

namespace trunkwarden {
namespace {

TEST(Counted, CountsAsLongAsItLives)
{
    std::size_t at_once = 1;
    {
        const counted first(at_once);
        const counted another(at_once);
        EXPECT_EQ(at_once, 3U);
    }
    EXPECT_EQ(at_once, 1U);
}

TEST(Counted, CountsNoLongerWhenItsScopeIsLeftByAnException)
{
    int at_once = 0;
    EXPECT_THROW(
        {
            const counted first(at_once);
            throw std::runtime_error("cancelled");
        },
        std::runtime_error);
    EXPECT_EQ(at_once, 0);
}

}  // namespace
}  // namespace trunkwarden
