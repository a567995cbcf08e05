#include "cli/one_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text)
{
    const auto out = one_line(text, "--reason");
    return out ? "" : out.error().message;
}

TEST(OneLine, TakesWhatOthersCanRead)
{
    EXPECT_EQ(one_line("dana fragt den Träger", "--reason").value(), "dana fragt den Träger");
}

TEST(OneLine, RefusesWhatOthersCannotRead)
{
    EXPECT_THAT(refusal("gr\xfc\xdf"),
                HasSubstr("--reason holds characters that cannot be seen, or is not UTF-8"));
    EXPECT_THAT(refusal("two\nlines"), HasSubstr("cannot be seen"));
    EXPECT_THAT(refusal("  "), HasSubstr("--reason is empty"));
    EXPECT_THAT(refusal(std::string(1001, 'x')), HasSubstr("longer than 1000 bytes"));
}

}  // namespace
}  // namespace trunkwarden
