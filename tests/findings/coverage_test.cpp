#include "findings/coverage.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using fakes::noon;

TEST(Coverage, AnAcceptedBlindSpotWhoseListIsShortIsNotLeftOut)
{
    coverage one;
    one.type = find_resource("ip_connections");
    one.leave_out();
    EXPECT_TRUE(one.is_left_out());
    one.accepted_blind = true;
    one.succeed(2, noon, {}, "3 are counted, and the list shows 2");
    EXPECT_EQ(one.state, reading_state::accepted);
    EXPECT_FALSE(one.is_left_out()) << "it is read: only its shortage is accepted";
}

TEST(Coverage, AReadingThatFailedSaysNothingOfAShortage)
{
    coverage one;
    one.type = find_resource("ip_connections");
    one.succeed(2, noon, {}, "3 are counted, and the list shows 2");
    EXPECT_EQ(unreadable_objects(one).size(), 1U);
    one.fail({errc::server_error, "500"}, noon);
    EXPECT_TRUE(unreadable_objects(one).empty());
    EXPECT_EQ(one.reason, "500");
}

}  // namespace
}  // namespace trunkwarden
