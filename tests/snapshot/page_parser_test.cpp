#include "snapshot/page_parser.hpp"

#include <gtest/gtest.h>

#include <string>

#include "catalogue/catalogue.hpp"
#include "catalogue/extra_resource.hpp"
#include "snapshot/list_reader.hpp"
#include "snapshot/page_of.hpp"

namespace trunkwarden {
namespace {

TEST(PageParser, ReadsFieldsByDottedPathAsCanonicalText)
{
    page_of page(trunk);
    const auto object = page.page_with(
        R"({"id":"7","name":"hq","active":true,"owner":"u","outbound":{"limit":10},"countries":["us","CA","US"],)"
        R"("password":"CANARY","groups":[{"id":1,"name":"b"},{"name":"a"}],"updated_at":"2026-11-22T10:00:00Z"})");
    EXPECT_EQ((*object)[0].id(), "7");
    EXPECT_EQ((*object)[0].label(), "hq");
    EXPECT_EQ((*object)[0].modified_at(), "2026-11-22T10:00:00Z");
    EXPECT_EQ(field(*object, 0), "true");
    EXPECT_EQ(field(*object, 2), "10");
    EXPECT_EQ(field(*object, 3), "CA\x1fUS");
    EXPECT_EQ(field(*object, 5),
              "a\x1f"
              "b");
}

// All lists of a thread are parsed in one place, one after the other.
TEST(PageParser, ReadsListsInTurnWithoutTouchingWhatWasTaken)
{
    page_of first(trunk);
    page_of second(trunk);
    const auto from_a_list = first.parse(R"({"data":[{"id":"7","name":"hq","owner":"first"}],"meta":{}})");
    const auto alone = second.parse_one(R"({"data":{"id":"8","name":"branch","owner":"second"}})");
    const auto again = first.parse(R"({"data":[{"id":"9","name":")" + std::string(5000, 'x') +
                                   R"(","owner":"third"}],"meta":{}})");
    ASSERT_TRUE(from_a_list && alone && again);
    EXPECT_EQ((*from_a_list->objects[0])[0].id(), "7");
    EXPECT_EQ((*from_a_list->objects[0])[0].label(), "hq");
    EXPECT_EQ(field(*from_a_list->objects[0], 1), "first");
    EXPECT_EQ((*alone->objects[0])[0].id(), "8");
    EXPECT_EQ(field(*alone->objects[0], 1), "second");
    EXPECT_EQ((*again->objects[0])[0].id(), "9");
    EXPECT_EQ(field(*again->objects[0], 1), "third");
}

TEST(PageParser, TakesNullAbsentAndEmptyForOneValue)
{
    page_of page(trunk);
    for (const char* item :
         {R"({"id":"7","owner":null,"outbound":null,"countries":null,"password":null})", R"({"id":"7"})",
          R"({"id":"7","owner":"","outbound":{},"countries":[],"password":""})"}) {
        const auto object = page.page_with(item);
        for (std::size_t index = 0; index < trunk.fields.size(); ++index)
            EXPECT_EQ(field(*object, index), "") << item << ' ' << index;
    }
}

TEST(PageParser, KeepsEveryDigitOfAnIdSentAsAnInteger)
{
    page_of page(trunk);
    const auto object = page.page_with(R"({"id":9001000000000000001,"owner":18446744073709551615})");
    EXPECT_EQ((*object)[0].id(), "9001000000000000001");
    EXPECT_EQ(field(*object, 1), "18446744073709551615");
}

TEST(PageParser, KeepsNoSecretButTellsWhetherItChanged)
{
    page_of page(trunk);
    const auto first = page.page_with(R"({"id":"7","password":"CANARY-one"})");
    const auto same = page.page_with(R"({"id":"7","password":"CANARY-one"})");
    const auto other = page.page_with(R"({"id":"7","password":"CANARY-two"})");
    const auto elsewhere = page.page_with(R"({"id":"8","password":"CANARY-one"})");
    EXPECT_EQ(field(*first, 4).find("CANARY"), std::string::npos);
    EXPECT_EQ(field(*first, 4), field(*same, 4));
    EXPECT_NE(field(*first, 4), field(*other, 4));
    EXPECT_NE(field(*first, 4), field(*elsewhere, 4)) << "equal secrets must not show as equal";
}

TEST(PageParser, RefusesBodiesOfAnotherShape)
{
    page_of page(trunk);
    for (const char* body :
         {"", "{", "[]", "null", R"({"data":null})", R"({"data":{}})", R"({"items":[]})",
          R"({"data":[],"meta":7})", R"({"data":[],"meta":{"total_results":"many"}})", "<html>502</html>",
          R"({"data":[{"id":"1"})", R"({"data":[],"data":[{"id":"1"}]})"}) {
        const auto parsed = page.parse(body);
        ASSERT_FALSE(parsed) << body;
        EXPECT_EQ(parsed.error().kind, errc::not_understood) << body;
    }
}

TEST(PageParser, ReadsWhatMetaPromises)
{
    page_of page(trunk);
    const auto parsed = page.parse(
        R"({"data":[{"id":"1"}],"meta":{"page_number":2,"page_size":1,"total_pages":3,"total_results":3}})");
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->facts.items, 1U);
    EXPECT_EQ(parsed->facts.page_number, 2U);
    EXPECT_EQ(parsed->facts.total_pages, 3U);
    EXPECT_EQ(parsed->facts.total_results, 3U);
}

TEST(PageParser, TakesNullForAnEmptyListOnlyWhereMetaAgrees)
{
    page_of page(trunk);
    const auto empty = page.parse(R"({"data":null,"meta":{"total_pages":1,"total_results":0}})");
    ASSERT_TRUE(empty) << empty.error().message;
    EXPECT_EQ(empty->facts.items, 0U);
    for (const char* body :
         {R"({"data":null})", R"({"data":null,"meta":null})", R"({"data":null,"meta":{}})",
          R"({"data":null,"meta":{"total_results":1}})", R"({"meta":{"total_results":0}})"})
        EXPECT_FALSE(page.parse(body)) << body;
}

TEST(PageParser, ReadsEverySignOfFurtherPages)
{
    page_of page(trunk);
    const auto facts = [&page](const std::string& rest) {
        const auto parsed = page.parse(R"({"data":[{"id":"1"}],)" + rest + "}");
        EXPECT_TRUE(parsed) << rest;
        return parsed ? parsed->facts : page_facts{};
    };
    for (const auto* more :
         {R"("has_more":true)", R"("hasMore":true)", R"("next":"/ips?page=2")", R"("next_page":2)",
          R"("meta":{"next_page_token":"x"})", R"("links":{"next":{"href":"/ips?page=2"}})",
          R"("metadata":{"cursors":{"after":"x","before":null}})", R"("page":{"has_next_page":true})",
          R"("paging":{"next":"/x"})", R"("_links":{"next":"/x"})"})
        EXPECT_NE(facts(more).more, "") << more;
    for (const auto* none :
         {R"("has_more":false)", R"("next":null)", R"("next":"")", R"("next_page":0)",
          R"("links":{"next":null})", R"("links":{"self":"/ips","next":{"href":null}})",
          R"("metadata":{"cursors":{"after":null}})", R"("meta":{"total_results":1,"cursors":{"after":"x"}})",
          R"("summary":{"next":"x"})", R"("page":1)"})
        EXPECT_EQ(facts(none).more, "") << none;
    for (const auto* count : {R"("total":7)", R"("total_count":7)", R"("meta":{"totalItems":7})",
                              R"("count":7)", R"("pagination":{"total_records":7})"})
        EXPECT_EQ(facts(count).items_told, 7U) << count;
    for (const auto* pages : {R"("pages":7)", R"("meta":{"page_count":7})", R"("page":{"totalPages":7})"})
        EXPECT_EQ(facts(pages).pages_told, 7U) << pages;
    EXPECT_EQ(facts(R"("total_cost":900)").items_told, 0U);
    const auto inside = page.parse(R"({"data":[{"id":"1","next":"x","total":9,"has_more":true}]})");
    ASSERT_TRUE(inside);
    EXPECT_EQ(inside->facts.more, "") << "members of an item say nothing about the list";
    EXPECT_EQ(inside->facts.items_told, 0U);
}

TEST(PageParser, CountsForwardingOnlyWhenItIsLive)
{
    page_of page(*find_resource("call_forwarding"));
    const auto read = [&page](const char* forwarding) {
        return page
            .page_with(R"({"id":"1","phone_number":"+14155550100","call_forwarding":)" +
                       std::string(forwarding) + "}")
            ->size();
    };
    EXPECT_EQ(read(R"({"call_forwarding_enabled":true})"), 0U) << "true is only the default";
    EXPECT_EQ(read(R"({"call_forwarding_enabled":true,"forwards_to":null,"forwarding_type":null})"), 0U);
    EXPECT_EQ(read(R"({"call_forwarding_enabled":true,"forwards_to":"","forwarding_type":"always"})"), 0U);
    EXPECT_EQ(
        read(R"({"call_forwarding_enabled":false,"forwards_to":"+18765551234","forwarding_type":"always"})"),
        0U);
    EXPECT_EQ(
        read(R"({"call_forwarding_enabled":true,"forwards_to":"+18765551234","forwarding_type":"always"})"),
        1U);
}

TEST(PageParser, LeavesOutPortOutsThatAreOver)
{
    page_of page(*find_resource("portouts"));
    EXPECT_EQ(page.page_with(R"({"id":"1","status":"ported"})")->size(), 0U);
    EXPECT_EQ(page.page_with(R"({"id":"1","status":"canceled"})")->size(), 0U);
    EXPECT_EQ(page.page_with(R"({"id":"1","status":"pending","phone_numbers":["+14155550100"]})")->size(),
              1U);
}

TEST(PageParser, NamesObjectsByTheirOwnKindOfId)
{
    page_of clients(*find_resource("oauth_clients"));
    EXPECT_EQ((*clients.page_with(R"({"client_id":"c-1","name":"crm"})"))[0].id(), "c-1");
    page_of numbers(*find_resource("phone_numbers"));
    const auto number = numbers.page_with(R"({"id":"129","phone_number":"+14155550100"})");
    EXPECT_EQ((*number)[0].id(), "+14155550100");
    EXPECT_EQ((*number)[0].address(), "129");
    page_of ips(*find_resource("ips"));
    EXPECT_EQ((*ips.page_with(R"({"id":"1","ip_address":"192.0.2.66","port":5060})"))[0].label(),
              "192.0.2.66:5060");
}

TEST(PageParser, TakesTheOneObjectThatAlwaysExists)
{
    page_of page(*find_resource("auto_recharge"));
    const auto parsed = page.parse(R"({"data":{"enabled":true,"recharge_amount":"100.00"}})");
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ((*parsed->objects[0])[0].id(), "auto_recharge");
    EXPECT_EQ((*parsed->objects[0])[0].label(), "auto_recharge") << "not the JSON of the object";
    EXPECT_FALSE(page.parse(R"({"data":[]})"));
}

TEST(PageParser, ReadsOneObjectWrappedAndUnwrapped)
{
    page_of page(trunk);
    for (const char* body : {R"({"data":{"id":"7","name":"hq","password":"CANARY","organization_id":"o"}})",
                             R"({"id":"7","name":"hq","password":"CANARY","organization_id":"o"})"}) {
        const auto parsed = page.parse_one(body);
        ASSERT_TRUE(parsed) << parsed.error().message;
        EXPECT_EQ(parsed->facts.items, 1U);
        EXPECT_EQ(parsed->items.size(), 1U);
        EXPECT_EQ(parsed->organization_id, "o");
        ASSERT_EQ(parsed->objects.at(0)->size(), 1U);
        EXPECT_EQ((*parsed->objects[0])[0].label(), "hq");
        EXPECT_EQ(field(*parsed->objects[0], 4),
                  field(*page.page_with(R"({"id":"7","password":"CANARY"})"), 4))
            << "as the list shows it, so that both can be compared";
    }
}

TEST(PageParser, NotesTheSecretsThatItSees)
{
    const fingerprinter secrets;
    page_parser parser({&trunk}, secrets);
    ASSERT_TRUE(parser.parse(padded(R"({"data":[{"id":"1","password":"swordfish","owner":"somebody"}]})")));
    EXPECT_EQ(secrets.known().taken_out_of("swordfish of somebody"), "(secret) of somebody");
}

TEST(PageParser, TakesOneObjectOnlyWhenItCountsLikeInTheList)
{
    fingerprinter secrets;
    page_parser parser({find_resource("call_forwarding"), find_resource("number_translation")}, secrets);
    std::string body =
        R"({"data":{"id":"1","phone_number":"+14155550100","translated_number":"+25261555016",)"
        R"("call_forwarding":{"call_forwarding_enabled":true,"forwards_to":"","forwarding_type":null}}})";
    body.reserve(body.size() + body_padding);
    const auto parsed = parser.parse_one(body);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->objects.at(0)->size(), 0U) << "nothing is forwarded";
    ASSERT_EQ(parsed->objects.at(1)->size(), 1U);
    EXPECT_EQ((*parsed->objects[1])[0].id(), "+14155550100");
}

TEST(PageParser, RefusesWhatIsNotOneObject)
{
    page_of page(trunk);
    for (const char* body : {"", "[]", "null", "7", "{}", R"({"data":null})", R"({"data":[{"id":"7"}]})",
                             R"({"errors":[{"code":"10005"}]})", R"({"data":{}})", R"({"data":{"id":""}})"}) {
        const auto parsed = page.parse_one(body);
        ASSERT_FALSE(parsed) << body;
        EXPECT_EQ(parsed.error().kind, errc::not_understood) << body;
    }
    page_of preferences(*find_resource("auto_recharge"));
    const auto parsed = preferences.parse_one(R"({"data":{"enabled":true}})");
    ASSERT_TRUE(parsed) << "it always exists, and has no id";
    EXPECT_EQ((*parsed->objects[0])[0].id(), "auto_recharge");
}

TEST(PageParser, FindsTheUndocumentedListOfApiKeysWhereverItStands)
{
    page_of keys(*find_resource("api_keys"));
    const std::string items =
        R"([{"id":"k-1","name":"ci","secret":"CANARY-1","api_key":"KEY0123456789ABCDEF-CANARY"},{"id":"k-2"}])";
    for (const auto& body : {R"({"data":)" + items + "}", items, R"({"api_keys":)" + items + "}",
                             R"({"data":null,"api_keys":)" + items + R"(,"meta":{"total_results":2}})"}) {
        const auto parsed = keys.parse(body);
        ASSERT_TRUE(parsed) << body << parsed.error().message;
        const auto& page = *parsed->objects.at(0);
        ASSERT_EQ(page.size(), 2U);
        EXPECT_EQ(page[0].label(), "ci");
        for (std::size_t row = 0; row < page.size(); ++row)
            for (std::size_t at = 0; at < find_resource("api_keys")->fields.size(); ++at)
                EXPECT_EQ(page[row].field(at).find("CANARY"), std::string_view::npos);
    }
    for (const auto& body :
         {std::string(R"({"data":{}})"), R"({"keys":)" + items + "}",
          R"({"data":)" + items + R"(,"api_keys":[]})", std::string(R"({"api_keys":{}})")}) {
        const auto parsed = keys.parse(body);
        ASSERT_FALSE(parsed) << body;
        EXPECT_EQ(parsed.error().kind, errc::not_understood) << body;
    }
}

TEST(PageParser, NamesAnApiKeyByTheNextBestWhenItHasNoName)
{
    page_of keys(*find_resource("api_keys"));
    const auto label = [&keys](const char* item) { return std::string((*keys.page_with(item))[0].label()); };
    EXPECT_EQ(label(R"({"id":"k","name":"ci","description":"d","tag":"t"})"), "ci");
    EXPECT_EQ(label(R"({"id":"k","name":null,"description":"d","tag":"t"})"), "d");
    EXPECT_EQ(label(R"({"id":"k","description":"","tag":"t"})"), "t");
    EXPECT_EQ(label(R"({"id":"k"})"), "k");
    EXPECT_EQ(label(R"({"id":"k","tag":"KEY0123456789ABCDEF_CANARY"})"), "k") << "a key in clear is no label";
}

TEST(PageParser, LooksForOtherListsOnlyWhereNoneIsDocumented)
{
    page_of ips(*find_resource("ips"));
    EXPECT_FALSE(ips.parse(R"([{"id":"1","ip_address":"192.0.2.66"}])"));
    EXPECT_FALSE(ips.parse(R"({"api_keys":[{"id":"1"}]})"));
}

TEST(ListReader, DoesNotParseAPageAgainWhoseBytesDidNotChange)
{
    fingerprinter secrets;
    const page_hasher hasher;
    page_parser parser({&trunk}, secrets);
    const std::string body = R"({"data":[{"id":"1"}],"meta":{"total_results":1}})";
    list_reader first(parser, hasher, nullptr);
    ASSERT_TRUE(first.take(1, padded(body)));
    list_reader second(parser, hasher, first.reading());
    ASSERT_TRUE(second.take(1, padded(body)));
    EXPECT_EQ(first.reading()->pages.at(1), second.reading()->pages.at(1))
        << "the same page, not an equal one";
    list_reader third(parser, hasher, first.reading());
    ASSERT_TRUE(third.take(1, padded(R"({"data":[{"id":"2"}],"meta":{"total_results":1}})")));
    EXPECT_NE(first.reading()->pages.at(1), third.reading()->pages.at(1));
}

// The settings name what the API has for it; nobody knows which secrets are in an object.
TEST(PageParser, ShowsNoObjectWhereAnExtraResourceNamesAValue)
{
    page_of page(type_of({.name = "storage_boxes",
                          .path = "/storage/boxes",
                          .fields = {{"region", extra_kind::text},
                                     {"auth.users", extra_kind::set},
                                     {"access", extra_kind::secret}}}));
    const auto reason = [&page](const std::string& members) {
        const auto parsed = page.parse(R"({"data":[{"id":"1",)" + members + "}]}");
        if (!parsed)
            return parsed.error().message;
        return parsed->unreadable.empty() ? std::string() : parsed->unreadable.front().reason;
    };
    EXPECT_EQ(reason(R"("name":"n","region":"eu","auth":{"users":["a","b"]},"access":{"password":"CANARY"})"),
              "");
    EXPECT_EQ(reason(R"("region":null,"auth":[{"users":"a"},{"users":[]}])"), "");
    EXPECT_EQ(reason(R"("region":{"password":"CANARY"})"),
              "its \"region\" is an object, and would be shown whole: name the fields in it");
    EXPECT_EQ(reason(R"("auth":{"users":["a",{"password":"CANARY"}]})"),
              "its \"auth.users\" is an object, and would be shown whole: name the fields in it");
    EXPECT_EQ(reason(R"("name":[[{"password":"CANARY"}]])"),
              "its \"name\" is an object, and would be shown whole: name the fields in it");
}

TEST(ListReader, NoticesAnIdThatComesTwiceAcrossPages)
{
    fingerprinter secrets;
    const page_hasher hasher;
    page_parser parser({&trunk}, secrets);
    list_reader reader(parser, hasher, nullptr);
    ASSERT_TRUE(reader.take(1, padded(R"({"data":[{"id":"1"},{"id":"2"}]})")));
    EXPECT_FALSE(reader.repeated_id());
    ASSERT_TRUE(reader.take(2, padded(R"({"data":[{"id":"2"},{"id":"3"}]})")));
    EXPECT_TRUE(reader.repeated_id());
    reader.restart();
    EXPECT_FALSE(reader.repeated_id());
}

TEST(ListReader, NamesTheListAndThePageThatItDoesNotUnderstand)
{
    fingerprinter secrets;
    const page_hasher hasher;
    page_parser parser({&trunk}, secrets);
    list_reader reader(parser, hasher, nullptr);
    const auto taken = reader.take(3, std::string(R"({"data":7})") + std::string(body_padding, ' '));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().message,
              "GET /trunks, page 3: the answer has no \"data\" array; its \"data\" is a number");
}

TEST(SeenIds, TellsEachIdOnceHoweverManyThereAre)
{
    seen_ids seen;
    for (std::uint64_t id = 0; id < 100'000; ++id)
        EXPECT_TRUE(seen.insert(id * 0x9E3779B97F4A7C15U)) << id;
    for (std::uint64_t id = 0; id < 100'000; id += 997)
        EXPECT_FALSE(seen.insert(id * 0x9E3779B97F4A7C15U)) << id;
}

}  // namespace
}  // namespace trunkwarden
