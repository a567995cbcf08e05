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

TEST(CoverageJson, NamesTheSecretsThatTheApiDoesNotShow)
{
    coverage one;
    one.type = find_resource("credential_connections");
    one.succeed(2, {});
    EXPECT_TRUE(to_json(one).at("not_shown").as_array().empty());
    one.not_shown = {"password"};
    EXPECT_EQ(to_json(one).at("not_shown").as_array().at(0), "password");
    EXPECT_EQ(to_json(one).at("state"), "complete") << "what is shown was read";
}

}  // namespace
}  // namespace trunkwarden
