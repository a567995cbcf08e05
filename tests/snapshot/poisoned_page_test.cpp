#include <gtest/gtest.h>

#include <fmt/format.h>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "snapshot/json_reader.hpp"
#include "snapshot/list_reader.hpp"
#include "snapshot/page_of.hpp"

namespace trunkwarden {
namespace {

std::string nested_arrays(std::size_t depth, std::string_view inside = "1")
{
    return std::string(depth, '[') + std::string(inside) + std::string(depth, ']');
}

TEST(PoisonedPage, TakesAnObjectWhoseValuesAParserRefuses)
{
    page_of page(trunk);
    const auto owner = [&page](const std::string& value) {
        const auto parsed = page.parse(R"({"data":[{"id":"6","owner":"u"},{"id":"7","owner":)" + value +
                                       R"(},{"id":"8","owner":"u"}]})");
        if (!parsed)
            return parsed.error().message;
        EXPECT_TRUE(parsed->unreadable.empty()) << value;
        EXPECT_EQ(parsed->facts.items, 3U);
        const auto& objects = *parsed->objects.at(0);
        EXPECT_EQ(objects[0].field(1), "u");
        EXPECT_EQ(objects[2].field(1), "u");
        return std::string(objects[1].field(1));
    };
    EXPECT_EQ(owner(R"("ivr \ud800")"), "ivr \xef\xbf\xbd");
    EXPECT_EQ(owner("\"\xff\""), "\xef\xbf\xbd");
    EXPECT_EQ(owner("1e999"), "1e999");
    EXPECT_EQ(owner(std::string(400, '7')), std::string(400, '7'));
    EXPECT_NE(owner(nested_arrays(65)), owner(nested_arrays(65, "2"))) << "another value is another text";
    EXPECT_NE(owner(nested_arrays(10'000)), "");
}

TEST(PoisonedPage, ShowsADeepValueAsTheSameInAListAndAlone)
{
    page_of page(trunk);
    for (std::size_t depth = deepest_object - 3; depth < deepest_object + 3; ++depth) {
        const auto item = R"({"id":"7","x":{"y":1},"owner":)" + nested_arrays(depth, R"("]",{})") + "}";
        const auto listed = field(*page.page_with(item), 1);
        EXPECT_EQ(field(*page.parse_one(item)->objects[0], 1), listed) << depth;
        EXPECT_EQ(field(*page.parse_one(R"({"data":)" + item + "}")->objects[0], 1), listed) << depth;
        EXPECT_EQ(listed.find("nested") != std::string::npos, depth >= deepest_object) << depth;
    }
}

TEST(PoisonedPage, DoesNotLoseWhatAPathLeadsToInADeepValue)
{
    page_of page(trunk);
    const auto groups =
        field(*page.page_with(R"({"id":"7","groups":)" + nested_arrays(30, R"({"name":"admins"})") + "}"), 5);
    EXPECT_NE(groups, "");
    EXPECT_EQ(groups.find("admins"), std::string::npos);
}

std::string told(const parsed_page& page)
{
    std::string out;
    for (const auto& item : page.unreadable)
        out += fmt::format("{}: {}\n", item.place, item.reason);
    return out;
}

TEST(PoisonedPage, AnItemThatCannotBeReadCostsNothingButItself)
{
    page_of page(trunk);
    const std::vector<std::pair<std::string, std::string>> poison{
        {"1", "it is not a JSON object"},
        {"null", "it is not a JSON object"},
        {R"(["id"])", "it is not a JSON object"},
        {"{}", "it has no \"id\""},
        {R"({"id":null})", "it has no \"id\""},
        {R"({"id":""})", "it has no \"id\""},
        {R"({"id":{"a":1}})", "its \"id\" is not one that the API could have given"},
        {R"({"id":1.5})", "its \"id\" is not one that the API could have given"},
        {R"({"id":"\ud800"})", "its \"id\" is not one that the API could have given"},
        {R"({"id":"7",x})", "it is not a JSON object"},
        {R"({"id":"a","id":"b"})", R"(it has "id" twice, and nothing tells which of them counts)"},
        {R"({"id":"a","owner":"o","owner":"p"})",
         R"(it has "owner" twice, and nothing tells which of them counts)"},
        {R"({"id":"a","owner":"o","own\u0065r":"p"})",
         R"(it has "owner" twice, and nothing tells which of them counts)"},
        {R"({"id":"a","outbound":{"limit":1,"limit":9}})",
         R"(it has "limit" twice, and nothing tells which of them counts)"},
        {R"({"id":"a","groups":[{"name":"a"},{"name":"b","x":1,"name":"c"}]})",
         R"(it has "name" twice, and nothing tells which of them counts)"},
    };
    for (const auto& [item, why] : poison) {
        const auto parsed =
            page.parse(R"({"data":[{"id":"6"},)" + item + R"(,{"id":"8"}],"meta":{"total_results":3}})");
        ASSERT_TRUE(parsed) << item << ": " << parsed.error().message;
        EXPECT_EQ(told(*parsed), "2: " + why + "\n") << item;
        EXPECT_EQ(parsed->facts.items, 3U);
        EXPECT_EQ(parsed->items.size(), 2U);
        ASSERT_EQ(parsed->objects.at(0)->size(), 2U) << item;
        EXPECT_EQ((*parsed->objects[0])[1].id(), "8");
        EXPECT_FALSE(page.parse_one(R"({"data":)" + item + "}")) << item;
    }
}

TEST(PoisonedPage, TakesAMemberThatComesOnceInEachOfManyObjects)
{
    page_of page(trunk);
    std::string many = R"({"id":"7","groups":[{"name":"a"},{"name":"b"}])";
    for (int at = 0; at < 500; ++at)
        many += fmt::format(R"(,"k{}":{{"name":1}})", at);
    EXPECT_EQ(page.page_with(many + "}")->size(), 1U);
    const auto parsed = page.parse(R"({"data":[)" + many + R"(,"k499":2}]})");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(told(*parsed), "1: it has \"k499\" twice, and nothing tells which of them counts\n");
}

TEST(PoisonedPage, TakesAPageOfNothingButPoison)
{
    page_of page(trunk);
    const auto parsed = page.parse(R"({"data":[1,{"id":"\ud800"},{},{x}],"meta":{"total_results":4}})");
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->unreadable.size(), 4U);
    EXPECT_EQ(parsed->facts.items, 4U);
    EXPECT_EQ(parsed->objects.at(0)->size(), 0U);
}

TEST(PoisonedPage, GivesUpOnAPageWithMorePoisonThanAPageHasItems)
{
    page_of page(trunk);
    std::string body = R"({"data":[1)";
    for (int at = 0; at < 1000; ++at)
        body += ",1";
    const auto parsed = page.parse(body + "]}");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, errc::not_understood);
}

TEST(PoisonedPage, SharesAnItemWithAllWhoLookAtTheListOrWithNone)
{
    fingerprinter secrets;
    page_parser parser({find_resource("call_forwarding"), find_resource("number_translation")}, secrets);
    std::string body =
        R"({"data":[{"id":"129","phone_number":null,"translated_number":"+25261555016",)"
        R"("call_forwarding":{"call_forwarding_enabled":true,"forwards_to":"+1","forwarding_type":"always"}}]})";
    body.reserve(body.size() + body_padding);
    const auto parsed = parser.parse(body);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(told(*parsed), "1: it has no \"phone_number\" (its id is \"129\")\n");
    EXPECT_EQ(parsed->objects.at(0)->size(), 0U);
    EXPECT_EQ(parsed->objects.at(1)->size(), 0U);
}

TEST(PoisonedPage, RepeatsNoSecretOfAnObjectThatItCannotRead)
{
    page_of page(trunk);
    const auto parsed = page.parse(
        R"({"data":[{"id":"","password":"CANARY-1"},{"id":"7","password":"CANARY-2","password":"CANARY-3"},)"
        R"({"id":"8","password":"CANARY-4 \ud800"}]})");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->unreadable.size(), 2U);
    EXPECT_EQ(told(*parsed).find("CANARY"), std::string::npos) << told(*parsed);
    EXPECT_EQ((*parsed->objects[0])[0].field(4).find("CANARY"), std::string_view::npos);
}

TEST(ReadableJson, IsTheAnswerItselfUnlessItHasToBeRepaired)
{
    EXPECT_EQ(readable_json(R"({"data": {"id":"1"}})", deepest_answer), R"({"data": {"id":"1"}})");
    EXPECT_EQ(readable_json(R"({"data":{"id":"\ud800"}})", deepest_answer), R"({"data":{"id":"\ufffd"}})");
    EXPECT_EQ(readable_json(R"([{"id":1},{x}])", deepest_list), R"([{"id":1},null])");
    EXPECT_EQ(readable_json("<html>", deepest_answer), "<html>") << "nothing can be made of it";
}

TEST(ReadableJson, PutsAnObjectThatComesAloneWhereTheOthersPutIt)
{
    EXPECT_EQ(readable_answer(R"({"data":{"id":"\ud800"}})"), R"({"data":{"id":"\ufffd"}})");
    EXPECT_EQ(readable_answer(R"({"id":"7","id":"8"})"), R"({"data":{"id":"7","id":"8"}})");
    EXPECT_EQ(readable_answer("<html>"), "<html>");
}

TEST(ListReader, TellsAnItemThatIsTooLargeAtItsPlaceAndTakesAnEqualReadingForTheSame)
{
    fingerprinter secrets;
    const page_hasher hasher;
    page_parser parser({&trunk}, secrets);
    const auto read = [&](std::shared_ptr<const list_contents> before) {
        list_reader reader(parser, hasher, std::move(before));
        EXPECT_TRUE(
            reader.take(1, std::string(R"({"data":[{"id":"1"},{}]})") + std::string(body_padding, ' ')));
        EXPECT_TRUE(
            reader.take({2, 50}, std::string(R"({"data":[{"id":"2"},7]})") + std::string(body_padding, ' ')));
        reader.leave_out({2, 52}, {errc::too_large, "more than 16 MiB"});
        return reader.reading();
    };
    const auto first = read(nullptr);
    const auto unreadable = unreadable_in(*first);
    ASSERT_EQ(unreadable.size(), 3U);
    EXPECT_EQ(unreadable[0], (unreadable_object{1, 2, "it has no \"id\""}));
    EXPECT_EQ(unreadable[1], (unreadable_object{2, 52, "it is not a JSON object"}));
    EXPECT_EQ(unreadable[2], (unreadable_object{2, 53, "it is too large: more than 16 MiB"}));
    EXPECT_EQ(count(objects_of(*first, 0)), 2U);
    EXPECT_EQ(*read(first), *first);
}

}  // namespace
}  // namespace trunkwarden
