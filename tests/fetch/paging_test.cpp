#include "fetch/paging.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace trunkwarden {
namespace {

listing numbered(std::uint16_t size = 2)
{
    listing from;
    from.path = "/ips";
    from.page_size = size;
    return from;
}

page_facts page(std::size_t items)
{
    page_facts facts;
    facts.items = items;
    return facts;
}

page_facts page(std::size_t items, std::uint64_t pages, std::uint64_t results)
{
    auto facts = page(items);
    facts.total_pages = pages;
    facts.total_results = results;
    return facts;
}

// Asks for everything that may be asked for now.
std::vector<std::size_t> ask_all(list_reading& reading)
{
    std::vector<std::size_t> numbers;
    while (const auto number = reading.next())
        numbers.push_back(*number);
    return numbers;
}

TEST(PageTarget, EncodesTheBracketsAndKeepsTheQuery)
{
    EXPECT_EQ(page_target(numbered(250), 3), "/ips?page%5Bnumber%5D=3&page%5Bsize%5D=250");
    auto from = numbered(100);
    from.query = "sort=created_at";
    from.pages = paging::bare_array;
    EXPECT_EQ(page_target(from, 1), "/ips?sort=created_at&page%5Bnumber%5D=1&page%5Bsize%5D=100");
}

TEST(PageTarget, SendsNoPageParametersToAListWithoutPages)
{
    auto from = numbered();
    from.pages = paging::unpaginated;
    EXPECT_EQ(page_target(from, 1), "/ips");
    from.pages = paging::one_object;
    from.query = "a=b";
    EXPECT_EQ(page_target(from, 1), "/ips?a=b");
}

TEST(ListReading, AsksForPageOneAloneAndThenForAllOthers)
{
    list_reading reading(numbered(), 100);
    EXPECT_EQ(ask_all(reading), std::vector<std::size_t>{1});
    ASSERT_TRUE(reading.take(1, page(2, 3, 5)));
    EXPECT_EQ(reading.pages_left(), 2U);
    EXPECT_EQ(ask_all(reading), (std::vector<std::size_t>{2, 3}));
    ASSERT_TRUE(reading.take(3, page(1, 3, 5)));
    EXPECT_FALSE(reading.all_taken());
    ASSERT_TRUE(reading.take(2, page(2, 3, 5)));
    EXPECT_TRUE(reading.all_taken());
    EXPECT_EQ(reading.verdict(std::nullopt).value(), 5U);
}

TEST(ListReading, TakesAnEmptyListWhicheverWayItCountsItsPages)
{
    for (const std::uint64_t pages : {0U, 1U}) {
        list_reading reading(numbered(), 100);
        ask_all(reading);
        auto facts = page(0, pages, 0);
        facts.page_size = 2;
        ASSERT_TRUE(reading.take(1, facts));
        EXPECT_EQ(reading.verdict(std::nullopt).value(), 0U);
    }
}

TEST(ListReading, CountsPagesFromTheTotalWhenOnlyThatIsTold)
{
    list_reading reading(numbered(250), 100);
    ask_all(reading);
    auto facts = page(20);  // the endpoint caps the page at 20 without saying so
    facts.total_results = 45;
    ASSERT_TRUE(reading.take(1, facts));
    EXPECT_EQ(ask_all(reading), (std::vector<std::size_t>{2, 3}));
}

TEST(ListReading, TakesThePageOfItsOwnSizeWhenThatIsToldAsZero)
{
    list_reading reading(numbered(), 100);
    ASSERT_EQ(ask_all(reading), std::vector<std::size_t>{1});
    page_facts facts;
    facts.items = 2;
    facts.total_results = 5;
    facts.page_size = 0;
    ASSERT_TRUE(reading.take(1, facts));
    EXPECT_EQ(reading.pages_left(), 2U);
}

TEST(ListReading, TakesThePageCountWhenOnlyThatIsTold)
{
    list_reading reading(numbered(), 100);
    ask_all(reading);
    auto facts = page(2);
    facts.total_pages = 2;
    ASSERT_TRUE(reading.take(1, facts));
    EXPECT_EQ(ask_all(reading), std::vector<std::size_t>{2});
    ASSERT_TRUE(reading.take(2, facts));
    EXPECT_EQ(reading.verdict(std::nullopt).value(), 4U);
}

TEST(ListReading, WithoutMetaGoesOnUntilAShortPage)
{
    list_reading reading(numbered(), 100);
    ask_all(reading);
    ASSERT_TRUE(reading.take(1, page(2)));
    EXPECT_EQ(ask_all(reading), std::vector<std::size_t>{2});
    ASSERT_TRUE(reading.take(2, page(1)));
    EXPECT_TRUE(ask_all(reading).empty());
    EXPECT_EQ(reading.verdict(std::nullopt).value(), 3U);
}

TEST(ListReading, DoesNotTakeASilentlyCappedPageForTheLast)
{
    list_reading reading(numbered(250), 100);
    ask_all(reading);
    ASSERT_TRUE(reading.take(1, page(20)));
    EXPECT_EQ(ask_all(reading), std::vector<std::size_t>{2});
}

TEST(ListReading, WithoutMetaStopsAtTheLimitOfPages)
{
    list_reading reading(numbered(), 2);
    ask_all(reading);
    ASSERT_TRUE(reading.take(1, page(2)));
    ask_all(reading);
    const auto taken = reading.take(2, page(2));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, errc::too_large);
}

TEST(ListReading, RefusesAbsurdTotals)
{
    list_reading pages(numbered(), 20'000);
    auto facts = page(2);
    facts.total_pages = 1'000'000'000'000;
    EXPECT_EQ(pages.take(1, facts).error().kind, errc::too_large);

    list_reading results(numbered(), 20'000);
    auto many = page(2);
    many.total_results = ~std::uint64_t{0};
    EXPECT_EQ(results.take(1, many).error().kind, errc::too_large);

    list_reading lie(numbered(), 20'000);
    EXPECT_EQ(lie.take(1, page(2, 20'000, 10)).error().kind, errc::not_understood);
}

TEST(ListReading, SeesThatTheListMoved)
{
    const auto second = [](const page_facts& facts) {
        list_reading reading(numbered(), 100);
        ask_all(reading);
        auto first = page(2, 2, 4);
        first.page_size = 2;
        EXPECT_TRUE(reading.take(1, first));
        const auto taken = reading.take(2, facts);
        return taken ? reading.verdict(std::nullopt).has_error()
                           ? reading.verdict(std::nullopt).error().message
                           : "whole"
                     : taken.error().message;
    };
    EXPECT_EQ(second(page(2, 2, 4)), "whole");
    EXPECT_EQ(second(page(2, 2, 5)), "GET /ips: the list had 4 items on page 1 and 5 on page 2");
    EXPECT_EQ(second(page(2, 3, 4)), "GET /ips: the list had 2 pages on page 1 and 3 on page 2");
    EXPECT_EQ(second(page(1, 2, 4)), "GET /ips: the list promised 4 items and sent 3");
    auto repeated = page(2, 2, 4);
    repeated.page_number = 1;
    EXPECT_EQ(second(repeated), "GET /ips: page 2 was asked for and page 1 came");
    auto resized = page(2, 2, 4);
    resized.page_size = 1;
    EXPECT_EQ(second(resized), "GET /ips: the size of the pages changed on page 2");
}

// A change on one page must not hide the pages after it.
TEST(ListReading, IsReadToItsEndWhenPagesDisagreeAndSaysSoThen)
{
    list_reading reading(numbered(), 100);
    ask_all(reading);
    ASSERT_TRUE(reading.take(1, page(2, 3, 6)));
    EXPECT_EQ(ask_all(reading), (std::vector<std::size_t>{2, 3}));
    ASSERT_TRUE(reading.take(2, page(2, 3, 5)));
    ASSERT_TRUE(reading.take(3, page(2, 3, 6)));
    EXPECT_TRUE(reading.all_taken());
    EXPECT_EQ(reading.verdict(std::nullopt).error().message,
              "GET /ips: the list had 6 items on page 1 and 5 on page 2");
    EXPECT_EQ(reading.verdict(std::nullopt).error().kind, errc::moved);
}

TEST(ListReading, ReadsAListThatGrowsToItsNewEndButNotForEver)
{
    list_reading reading(numbered(), 100);
    ask_all(reading);
    ASSERT_TRUE(reading.take(1, page(2, 2, 4)));
    EXPECT_EQ(ask_all(reading), std::vector<std::size_t>{2});
    ASSERT_TRUE(reading.take(2, page(2, 3, 5)));
    EXPECT_EQ(ask_all(reading), std::vector<std::size_t>{3});
    ASSERT_TRUE(reading.take(3, page(2, 90, 180)));
    EXPECT_EQ(ask_all(reading).size(), 11U) << "twice as many as it said at first, and ten";
    for (std::size_t number = 4; number <= 14; ++number)
        ASSERT_TRUE(reading.take(number, page(2, 95, 190)));
    EXPECT_TRUE(reading.all_taken());
    EXPECT_EQ(reading.verdict(std::nullopt).error().kind, errc::moved);
}

TEST(ListReading, IsNotWholeWithAnIdTwice)
{
    list_reading reading(numbered(), 100);
    ask_all(reading);
    ASSERT_TRUE(reading.take(1, page(2, 1, 2)));
    const auto verdict = reading.verdict("77");
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().kind, errc::moved);
    EXPECT_EQ(verdict.error().message, "GET /ips: the list holds 77 twice");
}

TEST(ListReading, IsNotWholeWhilePagesAreMissing)
{
    list_reading reading(numbered(), 100);
    ask_all(reading);
    auto facts = page(2);
    facts.total_pages = 2;
    ASSERT_TRUE(reading.take(1, facts));
    EXPECT_FALSE(reading.verdict(std::nullopt));
}

// ---- a list without pages that has some after all

listing at_once()
{
    auto from = numbered();
    from.pages = paging::unpaginated;
    return from;
}

page_facts more_to_come(std::size_t items)
{
    auto facts = page(items);
    facts.more = "has_more";
    return facts;
}

TEST(ListReading, ReadsAListThatShouldComeAtOnceInPagesWhenItComesInPages)
{
    list_reading reading(at_once(), 100);
    EXPECT_EQ(reading.target_of(1), "/ips");
    ask_all(reading);
    auto facts = page(20, 3, 45);
    facts.page_size = 20;
    ASSERT_TRUE(reading.take(1, facts));
    EXPECT_EQ(ask_all(reading), (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(reading.target_of(2), "/ips?page%5Bnumber%5D=2&page%5Bsize%5D=20");
    ASSERT_TRUE(reading.take(2, facts));
    facts.items = 5;
    ASSERT_TRUE(reading.take(3, facts));
    EXPECT_EQ(reading.verdict(std::nullopt).value(), 45U);
}

TEST(ListReading, TakesEverySignOfMorePagesForOne)
{
    auto by_total = page(20);
    by_total.total_results = 21;
    auto by_other_total = page(20);
    by_other_total.items_told = 21;
    auto by_page_count = page(20);
    by_page_count.pages_told = 2;
    for (const auto& facts : {by_total, by_other_total, by_page_count, more_to_come(20)})
        for (const auto kind : {paging::unpaginated, paging::numbered, paging::bare_array}) {
            auto from = numbered(250);
            from.pages = kind;
            list_reading reading(from, 100);
            ask_all(reading);
            ASSERT_TRUE(reading.take(1, facts));
            EXPECT_EQ(ask_all(reading), std::vector<std::size_t>{2});
            auto last = page(1);
            last.total_results = facts.total_results;
            ASSERT_TRUE(reading.take(2, last));
            EXPECT_EQ(reading.verdict(std::nullopt).value(), 21U);
        }
}

TEST(ListReading, IsNotWholeWhenItsLastPageSaysThatMoreFollow)
{
    list_reading announced(numbered(), 100);
    ask_all(announced);
    auto facts = page(2, 1, 2);
    facts.more = "\"links.next\"";
    ASSERT_TRUE(announced.take(1, facts));
    EXPECT_TRUE(ask_all(announced).empty());
    EXPECT_EQ(announced.verdict(std::nullopt).error().kind, errc::not_understood);

    for (const auto kind : {paging::unpaginated, paging::numbered}) {
        auto from = numbered(2);
        from.pages = kind;
        list_reading ended(from, 100);
        ask_all(ended);
        ASSERT_TRUE(ended.take(1, more_to_come(2)));
        ask_all(ended);
        ASSERT_TRUE(ended.take(2, more_to_come(0)));
        EXPECT_TRUE(ask_all(ended).empty()) << "an empty page is not followed for ever";
        EXPECT_FALSE(ended.verdict(std::nullopt));
    }
}

TEST(ListReading, IsNotWholeWithFewerItemsOrPagesThanAnyTotalTells)
{
    for (const auto& told : {std::pair(3, 0), std::pair(0, 2)}) {
        list_reading reading(numbered(), 100);
        ask_all(reading);
        auto facts = page(2, 1, 2);
        facts.items_told = static_cast<std::uint64_t>(told.first);
        facts.pages_told = static_cast<std::uint64_t>(told.second);
        ASSERT_TRUE(reading.take(1, facts));
        EXPECT_EQ(reading.verdict(std::nullopt).error().kind, errc::moved);
    }
}

TEST(LinkHeader, NamesANextPage)
{
    for (const auto* next : {R"(<https://api.telnyx.com/v2/ips?page=2>; rel="next")",
                             "</ips?page=2>;rel=next", R"(</a>; rel="first", </b>; REL="prev Next")"})
        EXPECT_TRUE(links_to_next(next)) << next;
    for (const auto* other : {"", R"(</a>; rel="prev")", R"(</next>; rel="last")", R"(</a>; rel="nextish")",
                              R"(</a>; rel="context-next")", "</a>; title=next"})
        EXPECT_FALSE(links_to_next(other)) << other;
}

TEST(ListReading, NoticesThatAListWithoutPagesHasSomeAfterAll)
{
    auto from = numbered();
    from.pages = paging::unpaginated;
    list_reading whole(from, 100);
    EXPECT_EQ(ask_all(whole), std::vector<std::size_t>{1});
    ASSERT_TRUE(whole.take(1, page(300)));
    EXPECT_TRUE(ask_all(whole).empty());
    EXPECT_EQ(whole.verdict(std::nullopt).value(), 300U);

    list_reading nothing(from, 100);
    EXPECT_EQ(nothing.take(1, page(0, 2, 40)).error().kind, errc::not_understood);
}

TEST(PartsOfAPage, HoldWhatThePageDoes)
{
    EXPECT_EQ(parts_of({3, 250}), (std::vector<page_part>{{6, 125}, {5, 125}}));
    EXPECT_EQ(parts_of({2, 3}), (std::vector<page_part>{{6, 1}, {5, 1}, {4, 1}}));
    EXPECT_TRUE(parts_of({7, 1}).empty());
    for (const std::size_t size : {2U, 7U, 20U, 49U, 100U, 125U, 250U}) {
        const page_part whole{5, size};
        auto next = whole.begin();
        const auto parts = parts_of(whole);
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
            EXPECT_EQ(part->begin(), next) << size;
            next += part->size;
        }
        EXPECT_EQ(next, whole.begin() + size);
    }
}

}  // namespace
}  // namespace trunkwarden
