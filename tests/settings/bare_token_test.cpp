#include "settings/bare_token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace trunkwarden {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string fault(const std::string& text, std::string_view scheme = "Bearer")
{
    return fault_of_credentials(secret(text), scheme).value_or("");
}

TEST(BareToken, IsRefusedWithTheReasonWhenItIsALineOfSomethingElse)
{
    for (const auto* text : {"Bearer hunter2", "bearer hunter2", "BEARER hunter2",
                             "Authorization: Bearer hunter2", "authorization:hunter2"})
        EXPECT_EQ(fault(text),
                  "begins with the word of a header (Authorization, Bearer); put the token alone there")
            << text;
    for (const auto* text : {"TOKEN=hunter2", "export TOKEN=hunter2", "token: hunter2", "TOKEN = hunter2",
                             "TOKEN=\"hunter2\"", "TOKEN==hunter2"})
        EXPECT_EQ(fault(text), "begins with the name of a variable (NAME=…); put the token alone there")
            << text;
    for (const auto* text : {"\"hunter2\"", "'hunter2'", "`hunter2`", "\"hunter2", "hunter2'"})
        EXPECT_EQ(fault(text), "is in quotes; put the token there without them") << text;
    EXPECT_EQ(fault("hunter2 hunter3"), "must be one word, but holds a space");
}

TEST(BareToken, MayBeAnyTokenOfAHeader)
{
    for (const auto* text : {"hunter2", "aHVudGVyMg==", "aHVudGVyMjM=", "a.b-c_d~e+f/g=", "bearerhunter2",
                             "exporthunter2", "authorization"})
        EXPECT_EQ(fault(text), "") << text;
}

TEST(BareToken, OfAnotherSchemeMayHaveParametersButNotTheSchemeOnceMore)
{
    for (const auto* text : {"token=\"hunter2\"", "id=\"a\", mac=\"b\"", "hunter2 hunter3", "Bearer hunter2"})
        EXPECT_EQ(fault(text, "GenieKey"), "") << text;
    for (const auto* text : {"GenieKey hunter2", "geniekey hunter2", "Authorization: GenieKey hunter2"})
        EXPECT_EQ(fault(text, "GenieKey"),
                  "begins with the word of a header (Authorization, GenieKey); put there what follows it")
            << text;
}

TEST(BareToken, IsNotPartOfTheReason)
{
    for (const auto* text : {"Bearer hunter2", "hunter2=hunter2", "'hunter2'", "hunter2 hunter2"})
        EXPECT_THAT(fault(text), Not(HasSubstr("hunter2"))) << text;
}

}  // namespace
}  // namespace trunkwarden
