#include "support/first_of.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace trunkwarden {
namespace {

TEST(FirstOf, NamesAsManyAsAreAskedForAndCountsTheOthers)
{
    const std::vector<std::string> names{"a", "b", "c"};
    EXPECT_EQ(first_of(names, 2), "a, b and 1 more");
    EXPECT_EQ(first_of(names, 3), "a, b, c");
    EXPECT_EQ(first_of(std::vector<std::string>(), 3), "");
}

TEST(FirstOf, WritesEachAsItIsTold)
{
    EXPECT_EQ(first_of(std::set<int>{3, 1, 2}, 2, [](int number) { return std::to_string(number); }),
              "1, 2 and 1 more");
}

}  // namespace
}  // namespace trunkwarden
