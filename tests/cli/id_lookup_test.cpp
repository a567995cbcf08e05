#include "cli/id_lookup.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using testing::HasSubstr;

boost::json::value three_findings()
{
    return boost::json::parse(R"([{"id": "f-3b1c9a70d2e4", "title": "Unknown SIP IP"},
                                  {"id": "f-3b1c9a11d2e4", "title": "Unknown \u001b[2J number"},
                                  {"id": "f-0b1c9a70d2e4", "title": "Another"}])");
}

TEST(IdLookup, TakesABeginningThatNamesOneFinding)
{
    EXPECT_EQ(look_up_id("f-0b1c9a", three_findings()).value(), "f-0b1c9a70d2e4");
    EXPECT_EQ(look_up_id("f-3b1c9a7", three_findings()).value(), "f-3b1c9a70d2e4");
    EXPECT_EQ(look_up_id("f-3b1c9a70d2e4", three_findings()).value(), "f-3b1c9a70d2e4");
}

TEST(IdLookup, ListsTheFindingsThatABeginningCouldMean)
{
    EXPECT_EQ(look_up_id("f-3b1c9a", three_findings()).error().message,
              "\"f-3b1c9a\" begins the ids of 2 findings; write more of the one that is meant:\n"
              "  f-3b1c9a70d2e4  Unknown SIP IP\n"
              "  f-3b1c9a11d2e4  Unknown \\u{1b}[2J number");
}

TEST(IdLookup, SaysThatNoneBeginsSo)
{
    EXPECT_EQ(look_up_id("f-ffffff", three_findings()).error().kind, errc::not_found);
    EXPECT_THAT(look_up_id("f-ffffff", three_findings()).error().message, HasSubstr("trunkwarden findings"));
}

TEST(IdLookup, RefusesWhatIsTooShortOrNoId)
{
    for (const char* written : {"", "f-", "f-3b1c9", "3b1c9a70d2e4", "f-3B1C9A", "f-3b1c9a70d2e4f",
                                "f-3b1c9a/ack", "i-3b1c9a70d2e4"}) {
        EXPECT_EQ(look_up_id(written, three_findings()).error().kind, errc::bad_usage) << written;
        EXPECT_FALSE(extent_of_id(written)) << written;
    }
    EXPECT_EQ(extent_of_id("f-3b1c9a").value(), id_extent::beginning);
    EXPECT_EQ(extent_of_id("f-3b1c9a70d2e4").value(), id_extent::whole);
}

TEST(IdLookup, TakesTheStateOffTheEndOfAnId)
{
    const auto whole = split_state("f-3b1c9a70d2e4.3fa9");
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->id, "f-3b1c9a70d2e4");
    EXPECT_EQ(whole->state, "3fa9");
    EXPECT_EQ(split_state("f-3b1c9a.3fa9")->id, "f-3b1c9a");
    EXPECT_EQ(split_state("f-3b1c9a")->id, "f-3b1c9a");
    EXPECT_EQ(split_state("f-3b1c9a")->state, "");
    for (const char* written : {"f-3b1c9a70d2e4.", "f-3b1c9a70d2e4.3fa", "f-3b1c9a70d2e4.3FA9",
                                "f-3b1c9a70d2e4.3fa9.3fa9", "f-3b1c9a70d2e4.STATE"})
        EXPECT_EQ(split_state(written).error().kind, errc::bad_usage) << written;
}

TEST(IdLookup, DoesNotTrustADaemonThatLies)
{
    for (const char* nonsense : {"null", "{}", R"([{"id": "f-3b1c9a/../x"}])"})
        EXPECT_EQ(look_up_id("f-3b1c9a", boost::json::parse(nonsense)).error().kind, errc::not_understood)
            << nonsense;
    for (const char* nonsense : {"[]", "[1, null]", R"([{"id": 7}, {}])"})
        EXPECT_EQ(look_up_id("f-3b1c9a", boost::json::parse(nonsense)).error().kind, errc::not_found)
            << nonsense;
}

}  // namespace
}  // namespace trunkwarden
