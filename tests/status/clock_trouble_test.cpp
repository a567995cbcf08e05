#include "status/clock_trouble.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

sink_status sink_of(sink_type type, std::string name, std::optional<std::chrono::milliseconds> ahead = {})
{
    sink_status out;
    out.name = std::move(name);
    out.type = type;
    out.clock_ahead = ahead;
    return out;
}

TEST(ClockTrouble, IsNotKnownWhileNoSinkHasToldItsTime)
{
    EXPECT_EQ(clock_trouble({sink_of(sink_type::webhook, "soc")}), std::nullopt);
    EXPECT_EQ(clock_trouble({sink_of(sink_type::webhook, "soc"), sink_of(sink_type::email, "mail")}),
              std::nullopt);
    EXPECT_EQ(clock_trouble({sink_of(sink_type::webhook, "soc"), sink_of(sink_type::slack, "chat", 0ms)}),
              "");
}

// Else it would never be over once the sink that reported it is gone.
TEST(ClockTrouble, IsNoneWhereNoSinkCanTellATime)
{
    EXPECT_EQ(clock_trouble({}), "");
    EXPECT_EQ(clock_trouble({sink_of(sink_type::email, "mail")}), "");
}

TEST(ClockTrouble, NamesTheSinkAndTheSideThatIsBehind)
{
    EXPECT_EQ(clock_trouble({sink_of(sink_type::webhook, "soc", 60s), sink_of(sink_type::email, "mail")}),
              "");
    EXPECT_EQ(clock_trouble({sink_of(sink_type::email, "mail"), sink_of(sink_type::webhook, "soc", 10min)}),
              "the clock of this host is 10 min behind that of sink soc; look at timedatectl on both");
    EXPECT_THAT(*clock_trouble({sink_of(sink_type::webhook, "soc", -10min)}),
                testing::HasSubstr("is 10 min ahead of that of sink soc"));
}

}  // namespace
}  // namespace trunkwarden
