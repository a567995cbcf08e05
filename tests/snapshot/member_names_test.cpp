#include "snapshot/member_names.hpp"

#include <gmock/gmock.h>

#include "fetch/api_client.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr resource_type door{.name = "doors",
                             .path = "/doors",
                             .noun = "door",
                             .guards = "A door.",
                             .label = "title",
                             .fields = {{"active", value_kind::flag},
                                        {"outbound.channel_limit", value_kind::number},
                                        {"hooks.url", value_kind::url}}};
constexpr resource_type setting{.name = "setting",
                                .path = "/setting",
                                .noun = "setting",
                                .guards = "A setting.",
                                .pages = paging::one_object,
                                .id = "",
                                .fields = {{"on"}}};

result<member_names> names_in(std::string body, const resource_type& type)
{
    static json_reader reader;
    body.reserve(body.size() + body_padding);
    const std::vector watched{&type};
    return member_names_in(reader, body, watched);
}

TEST(MemberNames, AreThoseOfAllItemsAndOfWhatStandsBesideThem)
{
    const auto found = names_in(
        R"({"data":[{"id":"1","active":true},{"id":"2","outbound":{"channel_limit":3,"codec":"x"}}],)"
        R"("meta":{"total_results":2},"errors":null})",
        door);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->items, 2U);
    EXPECT_THAT(found->around, UnorderedElementsAre("errors", "meta", "meta.total_results"));
    EXPECT_THAT(found->in_items,
                UnorderedElementsAre("active", "id", "outbound", "outbound.channel_limit", "outbound.codec"));
}

TEST(MemberNames, WalkThroughArraysThatTheCatalogueKnows)
{
    const auto found = names_in(R"({"data":[{"hooks":[{"url":"https://CANARY"},{"method":"GET"}]}]})", door);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->in_items, UnorderedElementsAre("hooks", "hooks.url", "hooks.method"));
}

TEST(MemberNames, LeaveClosedWhatOnlyTheCustomerNamed)
{
    const auto found = names_in(
        R"({"data":[{"dynamic_variables":{"canary_name":"CANARY"},"CANARY Corp":1,"outbound":{"canary-key":1}}]})",
        door);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->in_items, UnorderedElementsAre("dynamic_variables{}", "?", "outbound", "outbound.?"));
}

TEST(MemberNames, OfABareArrayHaveNothingAround)
{
    const auto found = names_in(R"([{"id":1},{"title":"x"}])", door);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->items, 2U);
    EXPECT_TRUE(found->around.empty());
    EXPECT_THAT(found->in_items, ElementsAre("id", "title"));
}

TEST(MemberNames, OfOneObjectOfAListMayStandUnwrapped)
{
    static json_reader reader;
    std::string body = R"({"id":"1","active":true,"new_member":"CANARY"})";
    body.reserve(body.size() + body_padding);
    const std::vector watched{&door};
    EXPECT_FALSE(member_names_in(reader, body, watched)) << "a list is no object";
    const auto found = member_names_in(reader, body, watched, answer_about::object);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->items, 1U);
    EXPECT_THAT(found->in_items, ElementsAre("active", "id", "new_member"));
    const auto unknown = member_names_in(reader, body, {}, answer_about::object);
    ASSERT_TRUE(unknown);
    EXPECT_EQ(unknown->items, 1U) << "also of nothing in the catalogue";
}

TEST(MemberNames, OfOneObjectMayStandUnwrapped)
{
    for (const char* body : {R"({"data":{"on":true}})", R"({"on":true})"}) {
        const auto found = names_in(body, setting);
        ASSERT_TRUE(found) << body;
        EXPECT_EQ(found->items, 1U);
        EXPECT_THAT(found->in_items, ElementsAre("on"));
    }
}

TEST(MemberNames, AreNotReadInWhatIsNoList)
{
    for (const char* body : {"<html>CANARY", R"({"errors":[{"detail":"CANARY"}]})", R"("CANARY")"}) {
        const auto found = names_in(body, door);
        ASSERT_FALSE(found) << body;
        EXPECT_EQ(found.error().kind, errc::not_understood);
        EXPECT_THAT(found.error().message, Not(HasSubstr("CANARY")));
    }
}

TEST(MemberNames, ThatAreReadAreIdLabelAndFields)
{
    const std::vector watched{&door};
    EXPECT_THAT(paths_read(watched),
                UnorderedElementsAre("id", "title", "active", "outbound.channel_limit", "hooks.url"));
}

}  // namespace
}  // namespace trunkwarden
