#include "account/stopped_values.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

const time_point step = time_point{} + 498'000h;

class StoppedValues : public testing::Test {
protected:
    void SetUp() override { known.add("outbound_voice_profiles", "1", "enabled", "false", step); }
    void see(std::string_view enabled, std::chrono::milliseconds later)
    {
        known.see("outbound_voice_profiles", "1", step + later, [&](std::string_view) { return enabled; });
    }
    void list_without_it(std::chrono::milliseconds later)
    {
        known.see_all("outbound_voice_profiles", step + later, [](std::string_view) { return false; });
    }
    bool is_known() const { return known.has("outbound_voice_profiles", "1", "enabled", "false"); }

    stopped_values known;
};

TEST_F(StoppedValues, AreThoseOfThatObjectAndThatValue)
{
    EXPECT_TRUE(is_known());
    EXPECT_FALSE(known.has("outbound_voice_profiles", "1", "enabled", "true"));
    EXPECT_FALSE(known.has("outbound_voice_profiles", "2", "enabled", "false"));
    see("false", 1h);
    EXPECT_TRUE(is_known());
}

TEST_F(StoppedValues, AreOverOnceAReadingShowsAnotherOne)
{
    see("true", 2min);
    EXPECT_FALSE(is_known());
    see("false", 3min);
    EXPECT_FALSE(is_known()) << "somebody else switched it off";
    EXPECT_TRUE(known.empty());
}

TEST_F(StoppedValues, AreNotOverBecauseAListLagsBehind)
{
    see("true", -1s);
    see("true", 30s);
    list_without_it(30s);
    EXPECT_TRUE(is_known());
}

TEST_F(StoppedValues, AreOverWithTheirObject)
{
    known.see_all("outbound_voice", step + 2min, [](std::string_view) { return false; });
    known.see_all("outbound_voice_profiles", step + 2min, [](std::string_view id) { return id == "1"; });
    EXPECT_TRUE(is_known());
    list_without_it(2min);
    EXPECT_FALSE(is_known());
}

}  // namespace
}  // namespace trunkwarden
