#include "support/parse_duration.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, ReadsEveryUnit)
{
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("10s"), 10s);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(parse_duration("12h"), 12h);
    EXPECT_EQ(parse_duration("7d"), 168h);
    EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(ParseDuration, RefusesEverythingElse)
{
    for (const std::string_view text :
         {"", "10", "s", "-5s", "+5s", " 5s", "5 s", "5s ", "1.5h", "1h30m", "5S", "5min", "5us", "1e3s",
          "0x5s", "4000d", "99999999999999999999s", "18446744073709551615ms"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace trunkwarden
