#include "diff/loosening.hpp"

#include <gtest/gtest.h>

#include "snapshot/canonical.hpp"

namespace trunkwarden {
namespace {

bool looser(loosening loosening, std::vector<std::string> trusted, std::string_view actual)
{
    const watched_field field{"limit", value_kind::money, severity::medium, loosening, severity::critical};
    constraint expected;
    for (auto& text : trusted)
        expected.any_of.push_back({accepted_value::form::exact, std::move(text)});
    return got_looser(field, expected, actual);
}

std::string set(std::vector<std::string> members)
{
    return canonical_set(value_kind::country_set, std::move(members));
}

TEST(Loosening, ALimitRaisedOrLiftedIsLooser)
{
    EXPECT_TRUE(looser(loosening::when_raised, {"50.00"}, "500.00"));
    EXPECT_TRUE(looser(loosening::when_raised, {"50.00"}, "")) << "empty means no limit";
    EXPECT_TRUE(looser(loosening::when_raised, {"9.99"}, "10")) << "as numbers, not as text";
    EXPECT_TRUE(looser(loosening::when_raised, {"50.00"}, "unlimited")) << "what is no number is no limit";
    EXPECT_FALSE(looser(loosening::when_raised, {"50.00"}, "5.00"));
    EXPECT_FALSE(looser(loosening::when_raised, {""}, "5.00"));
    EXPECT_FALSE(looser(loosening::when_raised, {"5", "50"}, "20")) << "within what one of the values allows";
}

TEST(Loosening, AnAmountRaisedFromNothingIsLooser)
{
    EXPECT_TRUE(looser(loosening::when_increased, {""}, "100.00"));
    EXPECT_TRUE(looser(loosening::when_increased, {"10.00"}, "100.00"));
    EXPECT_FALSE(looser(loosening::when_increased, {"10.00"}, ""));
}

TEST(Loosening, ASetThatGainedAMemberIsLooserAndOneThatLostOneIsNot)
{
    EXPECT_TRUE(looser(loosening::when_widened, {set({"US", "CA"})}, set({"US", "CA", "LV"})));
    EXPECT_TRUE(looser(loosening::when_widened, {set({"US", "CA"})}, set({"LV"})));
    EXPECT_FALSE(looser(loosening::when_widened, {set({"US", "CA"})}, set({"US"})));
    EXPECT_FALSE(looser(loosening::when_widened, {set({"US", "CA"})}, ""));
}

TEST(Loosening, AStarIsEveryDestination)
{
    EXPECT_TRUE(looser(loosening::when_widened, {set({"US"})}, set({"*"})));
    EXPECT_FALSE(looser(loosening::when_widened, {set({"*"})}, set({"US", "LV"})));
}

TEST(Loosening, ABypassSwitchedOnOrAProtectionSwitchedOffIsLooser)
{
    EXPECT_TRUE(looser(loosening::when_true, {"false"}, "true"));
    EXPECT_FALSE(looser(loosening::when_true, {"true"}, "false"));
    EXPECT_TRUE(looser(loosening::when_false, {"true"}, "false"));
    EXPECT_TRUE(looser(loosening::when_false, {"true"}, "")) << "gone is off";
    EXPECT_FALSE(looser(loosening::never, {"a"}, "b"));
}

TEST(Loosening, ATimeThatIsLaterOrGoneIsLooser)
{
    const watched_field field{"expires_at", value_kind::timestamp, severity::medium, loosening::when_raised};
    constraint expected;
    expected.any_of.push_back({accepted_value::form::exact, "2027-11-20T08:00:00Z"});
    EXPECT_TRUE(got_looser(field, expected, "")) << "it never ends";
    EXPECT_TRUE(got_looser(field, expected, "2030-01-01T00:00:00Z"));
    EXPECT_FALSE(got_looser(field, expected, "2027-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace trunkwarden
