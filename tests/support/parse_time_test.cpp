#include "support/parse_time.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(ParseTime, TakesEveryFormTheApiWrites)
{
    const auto same = parse_time("2026-11-22T10:00:04Z");
    ASSERT_TRUE(same);
    EXPECT_EQ(rfc3339(*same), "2026-11-22T10:00:04Z");
    EXPECT_EQ(parse_time("2026-11-22T10:00:04"), same) << "no zone is UTC";
    EXPECT_EQ(parse_time("2026-11-22T12:00:04+02:00"), same);
    EXPECT_EQ(parse_time("2026-11-22 10:00:04.000Z"), same);
    EXPECT_EQ(parse_time("2026-11-22T10:00:04.250Z"), *same + std::chrono::milliseconds(250));
    EXPECT_EQ(parse_time("2026-11-22T10:00:04.965812"), *same + std::chrono::microseconds(965812));
}

TEST(ParseTime, RefusesWhatIsNoTime)
{
    for (const char* text : {"", "2026", "2026-11-31T10:00:00Z", "2026-13-01T10:00:00Z", "2026-11-22",
                             "yesterday", "2026-11-22T25:00:00Z", "2026-11-22T10:61:00Z",
                             "2026-11-22T10:00:00Q", "2026-11-22T10:00:00Zx", "2026-11-22T10:00:00+1"})
        EXPECT_FALSE(parse_time(text)) << text;
}

}  // namespace
}  // namespace trunkwarden
