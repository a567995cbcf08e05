#include "baseline/text_index.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace trunkwarden {
namespace {

TEST(TextIndex, FindsEveryEntryThatListsATextInFileOrder)
{
    text_index index;
    index.add("b", 2, 0);
    index.add("a", 1, 1);
    index.add("b", 0, 4);
    index.sort();
    ASSERT_EQ(index.find("b").size(), 2U);
    EXPECT_EQ(index.find("b")[0].entry, 0U);
    EXPECT_EQ(index.find("b")[0].which, 4U);
    EXPECT_EQ(index.find("b")[1].entry, 2U);
    EXPECT_TRUE(index.find("c").empty());
}

TEST(TextIndex, KnowsHowManyTextsDiffer)
{
    text_index index;
    EXPECT_TRUE(index.empty());
    EXPECT_EQ(index.distinct(), 0U);
    for (std::size_t at = 0; at < 300; ++at)
        index.add(std::to_string(at % 100), at, 0);
    index.sort();
    EXPECT_FALSE(index.empty());
    EXPECT_EQ(index.distinct(), 100U);
}

TEST(TextIndex, FindsNothingInNothing)
{
    text_index index;
    index.sort();
    EXPECT_TRUE(index.find("").empty());
}

}  // namespace
}  // namespace trunkwarden
