#include "findings/coverage_json.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

TEST(CoverageJson, CountsAListThatWasNotReadYetAsFailed)
{
    coverage coverage;
    coverage.type = find_resource("ips");
    EXPECT_EQ(name_of(coverage.state), "not read yet") << "for people";
    EXPECT_EQ(to_json(coverage).at("state"), "failed");
    EXPECT_TRUE(to_json(coverage).at("items").is_null());
}

TEST(CoverageJson, NamesTheSecretsThatTheApiDoesNotShow)
{
    coverage coverage;
    coverage.type = find_resource("credential_connections");
    coverage.succeed(2, {});
    EXPECT_TRUE(to_json(coverage).at("not_shown").as_array().empty());
    coverage.not_shown = {"password"};
    EXPECT_EQ(to_json(coverage).at("not_shown").as_array().at(0), "password");
    EXPECT_EQ(to_json(coverage).at("state"), "complete") << "what is shown was read";
}

}  // namespace
}  // namespace trunkwarden
