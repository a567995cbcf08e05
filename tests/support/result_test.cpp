#include "support/result.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(Result, BadUsageIsAFailureInOneSentence)
{
    const result<int> formatted = bad_usage("--until {} is {}", "4h", "no time");
    EXPECT_EQ(formatted.error().kind, errc::bad_usage);
    EXPECT_EQ(formatted.error().message, "--until 4h is no time");
    const result<int> whole = bad_usage("the braces {} of a whole sentence stay");
    EXPECT_EQ(whole.error().message, "the braces {} of a whole sentence stay");
}

}  // namespace
}  // namespace trunkwarden
