#include "web/web_access.hpp"

#include <gtest/gtest.h>

#include "fakes/run.hpp"

namespace trunkwarden {
namespace {

// Of "open sesame", with cost 4: quick.
const std::vector<web_user> users{{"ops", "$2b$04$1Ncs8yrQvm85xCY.JUJTi.zUxbscTUDNdh4/8WPBUeSPjQYQGe4F."}};

TEST(WebAccess, ReadsBasicCredentials)
{
    const auto given = credentials_in(secret("Basic b3BzOm9wZW46c2VzYW1l"));  // ops:open:sesame
    EXPECT_EQ(given.name, "ops");
    EXPECT_EQ(given.password.reveal(), "open:sesame") << "a password may hold a colon";
    EXPECT_EQ(credentials_in(secret("bAsIc b3BzOg==")).name, "ops") << "the scheme in any case";
    for (const char* other :
         {"", "Basic", "Basic ", "Bearer b3BzOg==", "Basic !!!!", "Basic b3Bz", "Basic b3BzO"})
        EXPECT_EQ(credentials_in(secret(other)).name, "") << other;
}

TEST(WebAccess, TakesNobodyWithoutTheRightPassword)
{
    password_check check;
    const auto allows = [&check](const char* header) {
        return run(check.judge(secret(header), users)) == login::right;
    };
    for (int times = 0; times < 2; ++times)                 // the second is remembered
        EXPECT_TRUE(allows("Basic b3BzOm9wZW4gc2VzYW1l"));  // ops:open sesame
    EXPECT_FALSE(allows(""));
    EXPECT_FALSE(allows("Basic b3BzOndyb25n"));              // ops:wrong
    EXPECT_FALSE(allows("Basic b3BzOg=="));                  // ops and nothing
    EXPECT_FALSE(allows("Basic Om9wZW4gc2VzYW1l"));          // no name
    EXPECT_FALSE(allows("Basic ZGFuYTpvcGVuIHNlc2FtZQ=="));  // somebody else with that password
}

TEST(WebAccess, AsksForNothingWithoutAFile)
{
    const auto read = load_web_access("");
    EXPECT_TRUE(read.problems.empty());
    EXPECT_EQ(read.value.tls, nullptr);
    EXPECT_TRUE(read.value.users.empty());
}

}  // namespace
}  // namespace trunkwarden
