#include "findings/coverage_json.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

TEST(CoverageJson, CountsAListThatWasNotReadYetAsFailed)
{
    coverage one;
    one.type = find_resource("ips");
    EXPECT_EQ(name_of(one.state), "not read yet") << "for people";
    EXPECT_EQ(to_json(one).at("state"), "failed");
    EXPECT_TRUE(to_json(one).at("items").is_null());
}

}  // namespace
}  // namespace trunkwarden
