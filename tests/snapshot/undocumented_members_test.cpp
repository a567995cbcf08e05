#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "catalogue/catalogue.hpp"
#include "snapshot/page_of.hpp"

// Lists whose members Telnyx does not document: read by more than one name, and never counted as empty.

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string value(const resource_type& type, const object_page& page, std::string_view name)
{
    const auto* found = std::ranges::find(type.fields, name, &watched_field::name);
    return std::string(page[0].field(static_cast<std::size_t>(found - type.fields.begin())));
}

TEST(UndocumentedMembers, AreReadByTheirOtherNamesWhereTheFirstHoldsNothing)
{
    const auto& grants = *find_resource("iam_grants");
    page_of list(grants);
    const auto plain =
        list.page_with(R"({"id":"g","principal_type":"user","principal_id":"u-1","role_id":"r-1"})");
    const auto nested =
        list.page_with(R"({"id":"g","principal":{"type":"User","id":"u-1"},"role":{"id":"r-1"}})");
    for (const auto* name : {"principal_type", "principal_id", "role_id"})
        EXPECT_EQ(value(grants, *plain, name), value(grants, *nested, name)) << name;
    const auto both =
        list.page_with(R"({"id":"g","principal_id":"u-1","principal":{"id":"u-2"},"role_id":"r-1"})");
    EXPECT_EQ(value(grants, *both, "principal_id"), "u-1");
}

TEST(UndocumentedMembers, ThatAreNotThereMakeAnObjectThatCannotBeRead)
{
    page_of list(*find_resource("iam_grants"));
    const auto parsed = list.parse(
        R"({"data":[{"id":"g-1","grantee":"CANARY-value","role":{"id":"r-1"}},
                    {"id":"g-2","principal_id":"u-1","role_id":"r-1"}]})");
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->objects.at(0)->size(), 1U) << "the other is read";
    ASSERT_EQ(parsed->unreadable.size(), 1U);
    EXPECT_THAT(parsed->unreadable.front().reason, AllOf(HasSubstr("has no \"principal_id\""),
                                                         HasSubstr("\"grantee\""), Not(HasSubstr("CANARY"))));
}

TEST(UndocumentedMembers, OfAnAnswerWithoutAListAreNamed)
{
    page_of list(*find_resource("service_accounts"));
    const auto parsed = list.parse(R"({"items":[{"id":"CANARY"}],"page":{}})");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, errc::not_understood);
    EXPECT_THAT(parsed.error().message, AllOf(HasSubstr("\"items\", \"page\""), Not(HasSubstr("CANARY"))));
}

TEST(UndocumentedMembers, OfTheIamSettingsStandInDataOrAlone)
{
    const auto& settings = *find_resource("iam_settings");
    page_of object(settings);
    for (const char* body : {R"({"data":{"enabled":true}})", R"({"enabled":true})"}) {
        const auto parsed = object.parse(body);
        ASSERT_TRUE(parsed) << body << parsed.error().message;
        EXPECT_EQ(value(settings, *parsed->objects.at(0), "enabled"), "true");
    }
    for (const char* body :
         {R"({"data":{"state":"on"}})", R"({"state":"on"})", R"({"data":null})", "[]", "{}"}) {
        const auto parsed = object.parse(body);
        ASSERT_FALSE(parsed) << body;
        EXPECT_EQ(parsed.error().kind, errc::not_understood);
    }
    page_of documented(*find_resource("auto_recharge"));
    EXPECT_FALSE(documented.parse(R"({"enabled":true})")) << "where the form is documented, it counts";
}

}  // namespace
}  // namespace trunkwarden
