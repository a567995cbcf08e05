#include "fetch/fetch_list.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "fakes/fake_api_client.hpp"
#include "fakes/run.hpp"
#include "fetch/paging.hpp"

namespace trunkwarden {
namespace {

std::optional<std::uint64_t> number_in(const boost::json::value& body, std::string_view name)
{
    const auto* object = body.if_object();
    const auto* found = object != nullptr ? object->if_contains(name) : nullptr;
    return found != nullptr ? std::optional(found->to_number<std::uint64_t>()) : std::nullopt;
}

// Takes {"ids": [...], "number", "pages", "results"} and remembers the ids and what happened.
class fake_sink final : public page_sink {
public:
    void restart() override
    {
        ids.clear();
        ++restarts;
    }
    void leave_out(page_place place, const failure&) override { left_out.push_back(place); }
    result<page_facts> take(page_place place, std::string body) override
    {
        boost::system::error_code not_json;
        const auto parsed = boost::json::parse(body, not_json);
        if (not_json)
            return failure{errc::not_understood, "fake: not JSON"};
        page_facts facts;
        for (const auto& id : parsed.at("ids").as_array())
            ids.push_back(boost::json::serialize(id));
        facts.items = parsed.at("ids").as_array().size();
        facts.page_number = number_in(parsed, "number");
        facts.total_pages = number_in(parsed, "pages");
        facts.total_results = number_in(parsed, "results");
        facts.more = number_in(parsed, "more") ? "more" : "";
        taken.push_back(place.number);
        places.push_back(place);
        return facts;
    }
    std::optional<std::string> repeated_id() const override
    {
        std::set<std::string> seen;
        for (const auto& id : ids)
            if (!seen.insert(id).second)
                return id;
        return std::nullopt;
    }

    std::vector<std::string> ids;
    std::vector<std::size_t> taken;
    std::vector<page_place> places;
    std::vector<page_place> left_out;
    unsigned restarts = 0;
};

std::string target(unsigned page)
{
    return "/ips?page[number]=" + std::to_string(page) + "&page[size]=2";
}

std::string body(const std::string& ids, const std::string& rest = {})
{
    return R"({"ids": [)" + ids + "]" + (rest.empty() ? "" : ", " + rest) + "}";
}

class FetchList : public testing::Test {
protected:
    FetchList()
    {
        from.path = "/ips";
        from.page_size = 2;
        from.order = urgency::money;
        limits.pause = std::chrono::milliseconds(0);
    }

    result<std::size_t> fetch() { return run(fetch_list(api, from, sink, limits)); }

    fake_api_client api;
    fake_sink sink;
    listing from;
    fetch_limits limits;
};

TEST_F(FetchList, ReadsTheRestSideBySideWhateverOrderItComesIn)
{
    api.answer(target(1), body("1,2", R"("pages": 5, "results": 9)"));
    for (unsigned page = 2; page <= 4; ++page)
        api.answer(target(page), body(std::to_string(page * 10) + "," + std::to_string(page * 10 + 1)),
                   20 - 4 * page);
    api.answer(target(5), body("50"));
    const auto size = fetch();
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, 9U);
    EXPECT_EQ(sink.taken.front(), 1U);
    EXPECT_NE(sink.taken, (std::vector<std::size_t>{1, 2, 3, 4, 5}));
    EXPECT_EQ(api.most_in_flight, 4U);
    EXPECT_EQ(api.orders, std::vector<urgency>(5, urgency::money));
}

std::string sized(std::size_t page, std::size_t size)
{
    return "/ips?page[number]=" + std::to_string(page) + "&page[size]=" + std::to_string(size);
}

TEST_F(FetchList, AsksForSmallerPagesWhereOneIsTooLarge)
{
    from.page_size = 4;
    api.fail(sized(1, 4), errc::too_large);
    api.answer(sized(1, 2), body("1,2", R"("results": 7)"));
    api.answer(sized(2, 2), body("3,4", R"("results": 7)"));
    api.answer(sized(2, 4), body("5,6,7", R"("results": 7)"));
    const auto size = fetch();
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, 7U);
    EXPECT_EQ(sink.places, (std::vector<page_place>{{1, 0}, {1, 2}, {2, 0}}));
    EXPECT_TRUE(sink.left_out.empty());
}

TEST_F(FetchList, LeavesOutAnItemThatIsTooLargeAloneAndTakesTheOthers)
{
    from.page_size = 4;
    api.answer(sized(1, 4), body("1,2,3,4", R"("results": 7, "pages": 2)"));
    api.fail(sized(2, 4), errc::too_large);
    api.fail(sized(3, 2), errc::too_large);
    api.answer(sized(5, 1), body("5", R"("results": 7)"));
    api.fail(sized(6, 1), errc::too_large);
    api.answer(sized(4, 2), body("7", R"("results": 7)"));
    const auto size = fetch();
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, 7U);
    EXPECT_EQ(sink.left_out, (std::vector<page_place>{{2, 1}}));
    EXPECT_EQ(sink.places, (std::vector<page_place>{{1, 0}, {2, 0}, {2, 2}}));
}

TEST_F(FetchList, SpendsNoMoreThanALimitOfRequestsOnPagesThatAreTooLarge)
{
    from.page_size = 250;
    for (std::size_t size : {250U, 125U, 25U, 5U, 1U})
        for (std::size_t page = 1; page <= 250 / size; ++page)
            api.fail(sized(page, size), errc::too_large);
    const auto failed = fetch();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, errc::too_large);
    EXPECT_LE(api.sent.size(), max_parts_too_large + 1);
}

TEST_F(FetchList, DoesNotTakeAnotherPageForAPart)
{
    from.page_size = 4;
    api.fail(sized(1, 4), errc::too_large);
    api.answer(sized(1, 2), body("1,2,3,4"));
    const auto failed = fetch();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, errc::too_large);
}

TEST_F(FetchList, DoesNotAskForPartsOfAListThatHasNoPages)
{
    from.pages = paging::unpaginated;
    api.fail("/ips", errc::too_large);
    EXPECT_FALSE(fetch());
    EXPECT_EQ(api.sent.size(), 1U);
}

TEST_F(FetchList, KeepsNoMoreInFlightThanTold)
{
    limits.side_by_side = 2;
    api.answer(target(1), body("1,2", R"("pages": 9)"));
    for (unsigned page = 2; page <= 9; ++page)
        api.answer(target(page), body(std::to_string(page * 10)), 3);
    EXPECT_TRUE(fetch());
    EXPECT_EQ(api.most_in_flight, 2U);
}

TEST_F(FetchList, AFailureInTheMiddleCancelsTheOthersAndEndsAfterThem)
{
    api.answer(target(1), body("1,2", R"("pages": 50)"));
    api.fail(target(3), errc::server_error, 2);
    for (const unsigned page : {2U, 4U, 5U})
        api.answer(target(page), body("3"), 1'000'000);
    const auto size = fetch();
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind, errc::server_error);
    EXPECT_EQ(api.in_flight, 0U);
    EXPECT_EQ(api.sent.size(), 5U);
    EXPECT_EQ(api.answered, 2U) << "the others were cancelled";
    EXPECT_EQ(sink.restarts, 0U);
}

TEST_F(FetchList, APageThatIsNotUnderstoodEndsTheReading)
{
    api.answer(target(1), body("1,2", R"("pages": 3)"));
    api.answer(target(2), "<html>");
    api.answer(target(3), body("5"), 1'000'000);
    const auto size = fetch();
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind, errc::not_understood);
    EXPECT_EQ(api.in_flight, 0U);
}

TEST_F(FetchList, PassesOnTheFailureOfPageOne)
{
    api.fail(target(1), errc::forbidden);
    EXPECT_EQ(fetch().error().kind, errc::forbidden);
    EXPECT_EQ(api.sent.size(), 1U);
}

TEST_F(FetchList, ReadsAListThatMovedAgain)
{
    api.answer(target(1), body("1,2", R"("pages": 2, "results": 4)"));
    api.answer(target(2), body("2,3", R"("pages": 2, "results": 4)"));  // something was put in front
    api.answer(target(1), body("0,1", R"("pages": 3, "results": 5)"));
    api.answer(target(2), body("2,3", R"("pages": 3, "results": 5)"));
    api.answer(target(3), body("4", R"("pages": 3, "results": 5)"));
    const auto size = fetch();
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, 5U);
    EXPECT_EQ(sink.restarts, 1U);
    EXPECT_EQ(sink.ids.size(), 5U);
}

TEST_F(FetchList, GivesUpOnAListThatKeepsMoving)
{
    api.answer(target(1), body("1,2", R"("pages": 2, "results": 4)"));
    api.answer(target(2), body("3", R"("pages": 2, "results": 4)"));
    const auto size = fetch();
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind, errc::moved);
    EXPECT_EQ(size.error().message,
              "GET /ips: the list promised 4 items and sent 3 (read 3 times, and it kept changing)");
    EXPECT_EQ(sink.restarts, 2U);
    EXPECT_EQ(api.sent.size(), 6U);
}

TEST_F(FetchList, EveryReadingOfAListThatKeepsMovingGoesToItsEnd)
{
    api.answer(target(1), body("1,2", R"("pages": 3, "results": 5)"));
    api.answer(target(2), body("3,4", R"("pages": 3, "results": 6)"));
    api.answer(target(3), body("5", R"("pages": 3, "results": 5)"));
    const auto size = fetch();
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind, errc::moved);
    EXPECT_EQ(api.sent.size(), 9U);
    EXPECT_EQ(sink.ids.size(), 5U);
}

TEST_F(FetchList, AsksAsUrgentlyAsItIsTold)
{
    limits.priority = request_priority{urgency::access, request_priority::instant(std::chrono::hours(1))};
    api.answer(target(1), body("1,2", R"("pages": 2, "results": 3)"));
    api.answer(target(2), body("3", R"("pages": 2, "results": 3)"));
    ASSERT_TRUE(fetch());
    EXPECT_EQ(api.orders, std::vector<urgency>(2, urgency::access));
    EXPECT_EQ(api.priorities.back().due, request_priority::instant(std::chrono::hours(1)));
}

TEST_F(FetchList, WithoutMetaReadsUntilAShortPage)
{
    api.answer(target(1), body("1,2"));
    api.answer(target(2), body("3,4"));
    api.answer(target(3), body(""));
    EXPECT_EQ(fetch().value(), 4U);
    EXPECT_EQ(api.most_in_flight, 1U);
}

TEST_F(FetchList, WithoutMetaStopsAtAServerThatRepeatsAPage)
{
    for (unsigned page = 1; page <= 3; ++page)
        api.answer(target(page), body("1,2"));
    const auto size = fetch();
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind, errc::moved);
    EXPECT_EQ(api.sent.size(), 2U * limits.readings);
}

TEST_F(FetchList, ABareArrayEndsWithAShortPage)
{
    from.pages = paging::bare_array;
    api.answer(target(1), body("1,2"));
    api.answer(target(2), body("3"));
    EXPECT_EQ(fetch().value(), 3U);
}

TEST_F(FetchList, AsksOnceForWhatHasNoPages)
{
    for (const auto kind : {paging::unpaginated, paging::one_object}) {
        from.pages = kind;
        api.answer("/ips", body("1,2,3"));
        EXPECT_EQ(fetch().value(), 3U);
        EXPECT_EQ(api.sent, std::vector<std::string>{"/ips"});
        api.sent.clear();
        sink.restart();
    }
}

TEST_F(FetchList, ReadsOnWhereAListThatShouldComeAtOnceSaysThatMoreFollows)
{
    from.pages = paging::unpaginated;
    api.answer("/ips", body("1,2", R"("more": 1)"));
    api.answer(target(2), body("3,4", R"("more": 1)"));
    api.answer(target(3), body("5"));
    EXPECT_EQ(fetch().value(), 5U);
    EXPECT_EQ(sink.ids.size(), 5U);
}

TEST_F(FetchList, DoesNotTakeAListForWholeThatKnowsNoPagesAndSaysThatMoreFollows)
{
    from.pages = paging::unpaginated;
    api.answer("/ips", body("1,2", R"("more": 1)"));
    api.answer(target(2), body("1,2", R"("more": 1)"));
    EXPECT_FALSE(fetch());
    EXPECT_EQ(api.sent.size(), 2U * limits.readings);
}

TEST_F(FetchList, DoesNotBelieveAnAbsurdTotal)
{
    api.answer(target(1), body("1,2", R"("pages": 1000000000000)"));
    EXPECT_EQ(fetch().error().kind, errc::too_large);
    EXPECT_EQ(api.sent.size(), 1U);
}

TEST_F(FetchList, BeingCancelledEndsEveryRequest)
{
    api.answer(target(1), body("1,2", R"("pages": 9)"));
    for (unsigned page = 2; page <= 9; ++page)
        api.answer(target(page), body("3"), 1'000'000);
    const auto size = run(with_deadline(std::chrono::milliseconds(5), fetch_list(api, from, sink, limits)));
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind, errc::timed_out);
    EXPECT_EQ(api.in_flight, 0U);
}

}  // namespace
}  // namespace trunkwarden
