#include "audit/audit_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>

#include "fetch/api_client.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

result<audit_page> parse(std::string body)
{
    body.reserve(body.size() + body_padding);
    return parse_audit_page(body);
}

audit_page page_of(const std::string& items)
{
    auto parsed = parse(R"({"data":[)" + items + "]}");
    if (!parsed)
        throw std::runtime_error(parsed.error().message);
    return *std::move(parsed);
}

// An event with these changes, as JSON.
std::string event_with(const std::string& changes)
{
    return R"({"id":"e-1","created_at":"2026-11-22T10:00:00Z","changes":)" + changes + "}";
}

std::vector<audit_change> changes_of(const std::string& changes)
{
    return page_of(event_with(changes)).events.at(0).changes;
}

// Everything of an event as one text, to look for what must not be in it.
std::string all_text(const audit_event& event)
{
    auto out = fmt::format("{} {} {} {} {} {} {}", event.id, event.by.user_id, event.by.made_by,
                           event.change_type, event.resource_id, event.alternate_id, event.record_type);
    for (const auto& change : event.changes)
        out += fmt::format(" {} {} {}", change.field, change.from, change.to);
    return out;
}

TEST(AuditPage, ReadsAnEventAsItIsDocumented)
{
    const auto page = page_of(
        R"({"id":"15ab","user_id":"u-1","change_made_by":"organization_member","change_type":"update",)"
        R"("resource_id":"1293","alternate_resource_id":"+14155550100","organization_id":"o","record_type":)"
        R"("audit_event","created_at":"2026-11-22T10:00:00.5Z",)"
        R"("changes":[{"field":"inbound.timeout_1xx_secs","from":1,"to":null},{"field":"active","from":true,"to":false}]})");
    ASSERT_EQ(page.events.size(), 1U);
    const auto& event = page.events[0];
    EXPECT_EQ(event.id, "15ab");
    EXPECT_EQ(event.by, (actor{"u-1", "organization_member",
                               *parse_time("2026-11-22T10:00:00Z") + std::chrono::milliseconds(500)}));
    EXPECT_EQ(event.change_type, "update");
    EXPECT_EQ(event.resource_id, "1293");
    EXPECT_EQ(event.alternate_id, "+14155550100");
    EXPECT_EQ(event.record_type, "") << "it names the event, not the resource";
    const std::vector<audit_change> changes{{"inbound.timeout_1xx_secs", "(redacted)", ""},
                                            {"active", "true", "false"}};
    EXPECT_EQ(event.changes, changes);
    EXPECT_EQ(page.facts.items, 1U);
    EXPECT_EQ(page.unreadable, 0U);
}

TEST(AuditPage, TakesIdsAsIntegersAndNullsAsNothing)
{
    const auto page = page_of(
        R"({"id":18446744073709551615,"user_id":null,"change_made_by":null,"change_type":7,"resource_id":9001000000000000001,)"
        R"("alternate_resource_id":null,"record_type":null,"created_at":"2026-11-22T10:00:00","changes":null})");
    ASSERT_EQ(page.events.size(), 1U);
    EXPECT_EQ(page.events[0].id, "18446744073709551615");
    EXPECT_EQ(page.events[0].resource_id, "9001000000000000001");
    EXPECT_EQ(page.events[0].by.user_id, "");
    EXPECT_TRUE(page.events[0].changes.empty());
}

TEST(AuditPage, GoesWithoutMembersThatAreMissingOrOfAnotherShape)
{
    const auto page = page_of(
        R"({"id":"a","created_at":"2026-11-22T10:00:00Z"},)"
        R"({"id":"b","created_at":"2026-11-22T10:00:00Z","user_id":{"id":"x"},"resource_id":["y"],"changes":"all","new":1},)"
        R"({"id":"c","created_at":"2026-11-22T10:00:00Z","resource_type":"user","changes":{"field":"email"}})");
    ASSERT_EQ(page.events.size(), 3U);
    EXPECT_EQ(page.events[1].by.user_id, "");
    EXPECT_EQ(page.events[1].resource_id, "");
    EXPECT_EQ(page.events[2].record_type, "user");
    EXPECT_EQ(page.events[2].changes, (std::vector<audit_change>{{"email", "", ""}}));
}

TEST(AuditPage, CountsWhatItCannotPlaceInsteadOfLosingThePage)
{
    const auto page =
        page_of(R"(7,null,[],{},{"id":"a"},{"id":"","created_at":"2026-11-22T10:00:00Z"},)"
                R"({"id":{"x":1},"created_at":"2026-11-22T10:00:00Z"},{"id":"b","created_at":"yesterday"},)"
                R"({"id":"c","created_at":1764000000},{"id":"good","created_at":"2026-11-22T10:00:00Z"})");
    ASSERT_EQ(page.events.size(), 1U);
    EXPECT_EQ(page.events[0].id, "good");
    EXPECT_EQ(page.unreadable, 9U);
    EXPECT_EQ(page.facts.items, 10U);
}

TEST(AuditPage, KeepsNoValueButTrueFalseAndNull)
{
    const std::vector<audit_change> nothing_kept{{"v", "(redacted)", "(redacted)"}};
    for (const char* value : {R"("CANARY")", "7", "1.5", R"(["CANARY"])", R"("")", R"("true")",
                              "9001000000000000001", R"([{"secret":"CANARY"}])"})
        EXPECT_EQ(changes_of(fmt::format(R"([{{"field":"v","from":{},"to":{}}}])", value, value)),
                  nothing_kept)
            << value;
    EXPECT_EQ(changes_of(R"([{"field":"v","from":null,"to":true}])"),
              (std::vector<audit_change>{{"v", "", "true"}}));
    EXPECT_EQ(changes_of(R"([{"field":"v"}])"), (std::vector<audit_change>{{"v", "", ""}}));
}

TEST(AuditPage, LooksIntoValuesThatAreWholeObjects)
{
    const auto changes = changes_of(
        R"([{"field":"user","from":{"name":"CANARY-a","security":{"two_factor":true,"pin":"CANARY-b"},"gone":false},)"
        R"("to":{"name":"CANARY-a","security":{"two_factor":false,"pin":"CANARY-c"}}}])");
    const std::vector<audit_change> expected{{"user.security.two_factor", "true", "false"},
                                             {"user.security.pin", "(redacted)", "(redacted)"},
                                             {"user.gone", "false", ""}};
    EXPECT_EQ(changes, expected);
    EXPECT_EQ(changes_of(R"([{"field":"user","from":null,"to":{"mfa":true}}])"),
              (std::vector<audit_change>{{"user.mfa", "", "true"}}));
    EXPECT_EQ(changes_of(R"([{"field":"user","from":null,"to":{}}])"),
              (std::vector<audit_change>{{"user", "", "(redacted)"}}));
    EXPECT_EQ(changes_of(R"([[{"field":"a","from":1,"to":2}],{"field":"b"}])").size(), 2U);
}

TEST(AuditPage, KeepsNoSecretThatStandsWhereANameShould)
{
    const std::string key = "KEY0123456789ABCDEF0123456789";
    const auto page = page_of(R"({"id":"a","created_at":"2026-11-22T10:00:00Z","resource_id":")" + key +
                              R"(","alternate_resource_id":")" + key + R"(","change_type":")" + key +
                              R"(","changes":[{"field":"keys","from":{")" + key +
                              R"(":true},"to":{}},{"field":")" + key + R"(","from":1,"to":2}]})");
    ASSERT_EQ(page.events.size(), 1U);
    EXPECT_EQ(all_text(page.events[0]).find("KEY0123"), std::string::npos) << all_text(page.events[0]);
    EXPECT_EQ(page.events[0].changes.at(0).field, "keys.(redacted)");
}

TEST(AuditPage, BoundsWhatOneEventMayCost)
{
    const std::string euros = [] {
        std::string out = "x";
        for (int i = 0; i < 1000; ++i)
            out += "€";
        return out;
    }();
    auto page = page_of(R"({"id":")" + euros + R"(","created_at":"2026-11-22T10:00:00Z","change_type":")" +
                        euros + R"("})");
    EXPECT_EQ(page.events.at(0).id.size(), 298U) << "300 bytes would cut a character in two";
    EXPECT_EQ(page.events.at(0).change_type.size(), 298U);

    std::string many = R"({"field":"f","from":1,"to":2})";
    for (int i = 0; i < 5000; ++i)
        many += R"(,{"field":"f","from":1,"to":2})";
    EXPECT_EQ(changes_of("[" + many + "]").size(), 200U);

    std::string wide = R"("m":1)";
    for (int i = 0; i < 20'000; ++i)
        wide += fmt::format(R"(,"m{}":1)", i);
    const auto changes = changes_of(R"([{"field":"f","from":{)" + wide + R"(},"to":{}}])");
    EXPECT_EQ(changes, (std::vector<audit_change>{{"f", "(redacted)", "(redacted)"}}));
}

TEST(AuditPage, ReadsTheEventsBesideOneThatIsNestedVeryDeep)
{
    const std::string deep = std::string(500, '[') + std::string(500, ']');
    const auto page = page_of(event_with(R"([{"field":"f","from":null,"to":)" + deep + "}]") +
                              R"(,{"id":"e-2","created_at":"2026-11-22T10:00:01Z"})");
    EXPECT_EQ(page.events.size(), 2U);
    const auto beside = page_of(std::string(100'000, '[') + std::string(100'000, ']') +
                                R"(,{"id":"e-3","created_at":"2026-11-22T10:00:01Z","user_id":"u \ud800"})");
    ASSERT_EQ(beside.events.size(), 1U);
    EXPECT_EQ(beside.events[0].by.user_id, "u \xef\xbf\xbd");
    EXPECT_EQ(beside.unreadable, 1U);
    EXPECT_EQ(beside.first_unreadable, 1U);
}

TEST(AuditPage, BelievesNoEventThatSaysSomethingTwice)
{
    const auto page = page_of(
        R"({"id":"e-1","created_at":"2026-11-22T10:00:01Z","user_id":"dana","user_id":"thief"},)"
        R"({"id":"e-2","created_at":"2026-11-22T10:00:01Z","changes":[{"field":"f","from":1e999,"to":null}]})");
    EXPECT_EQ(page.events.size(), 1U);
    EXPECT_EQ(page.unreadable, 1U);
}

TEST(AuditPage, ReadsTenThousandEvents)
{
    std::string items;
    for (int i = 0; i < 10'000; ++i)
        items += fmt::format(R"({}{{"id":"e-{}","created_at":"2026-11-22T10:00:00Z","changes":[]}})",
                             i == 0 ? "" : ",", i);
    const auto page = page_of(items);
    ASSERT_EQ(page.events.size(), 10'000U);
    EXPECT_EQ(page.events.back().id, "e-9999");
}

TEST(AuditPage, ReadsMetaWhereItIsAndDoesWithoutWhereItIsNonsense)
{
    const auto parsed =
        parse(R"({"data":[],"meta":{"page_number":2,"page_size":100,"total_pages":3,"total_results":211}})");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->facts.total_results, 211U);
    EXPECT_EQ(parsed->facts.page_number, 2U);
    for (const char* meta :
         {"7", "[]", R"({"total_results":"many"})", R"({"page_number":1,"total_pages":-1})"}) {
        const auto odd = parse(fmt::format(R"({{"data":[],"meta":{}}})", meta));
        ASSERT_TRUE(odd) << meta;
        EXPECT_FALSE(odd->facts.page_number) << meta;
        EXPECT_FALSE(odd->facts.total_results) << meta;
    }
}

TEST(AuditPage, FailsWhenThereIsNoList)
{
    for (const char* body : {"", "{", "[]", "null", "7", R"({"data":null})", R"({"data":{}})",
                             R"({"events":[]})", "<html>502</html>", R"({"errors":[]})"}) {
        const auto parsed = parse(body);
        ASSERT_FALSE(parsed) << body;
        EXPECT_EQ(parsed.error().kind, errc::not_understood) << body;
    }
}

TEST(AuditPage, ReadsEventsOfALeapSecondAndOfTheYearsAfter2038)
{
    const auto page = page_of(
        R"({"id":"a","created_at":"2016-12-31T23:59:60Z"},{"id":"b","created_at":"2038-01-19T03:14:08Z"})");
    ASSERT_EQ(page.events.size(), 2U);
    EXPECT_EQ(rfc3339(page.events[0].by.at), "2017-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(page.events[1].by.at), "2038-01-19T03:14:08Z");
}

TEST(AuditPage, AsksForAPageOfWhatCameAfterATime)
{
    EXPECT_EQ(audit_target(*parse_time("2026-11-22T10:00:04.25Z"), 3),
              "/audit_events?filter%5Bcreated_after%5D=2026-11-22T10%3A00%3A04.250Z&sort=asc"
              "&page%5Bnumber%5D=3&page%5Bsize%5D=100");
}

}  // namespace
}  // namespace trunkwarden
