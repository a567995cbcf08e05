#include "findings/coverage.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "catalogue/extra_resource.hpp"
#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using fakes::noon;

TEST(Coverage, AnAcceptedBlindSpotWhoseListIsShortIsNotLeftOut)
{
    coverage coverage;
    coverage.type = find_resource("ip_connections");
    coverage.leave_out();
    EXPECT_TRUE(coverage.is_left_out());
    coverage.accepted_blind = true;
    coverage.succeed(2, noon, {}, "3 are counted, and the list shows 2");
    EXPECT_EQ(coverage.state, reading_state::accepted);
    EXPECT_FALSE(coverage.is_left_out()) << "it is read: only its shortage is accepted";
}

TEST(Coverage, AReadingThatFailedSaysNothingOfAShortage)
{
    coverage coverage;
    coverage.type = find_resource("ip_connections");
    coverage.succeed(2, noon, {}, "3 are counted, and the list shows 2");
    EXPECT_EQ(unreadable_objects(coverage).size(), 1U);
    coverage.fail({errc::server_error, "500"}, noon);
    EXPECT_TRUE(unreadable_objects(coverage).empty());
    EXPECT_EQ(coverage.reason, "500");
}

TEST(Coverage, AnExtraResourceIsAsSevereUnseenAsItsUnknownObjects)
{
    for (const auto level : {severity::low, severity::critical}) {
        coverage coverage;
        coverage.type =
            &type_of({.name = "unseen_boxes", .path = "/boxes", .when_unknown = level, .fields = {}});
        coverage.succeed(1, noon, {{1, 2, "it is not a JSON object"}}, std::nullopt);
        const auto found = unreadable_objects(coverage);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found.front().level, level);
    }
}

}  // namespace
}  // namespace trunkwarden
