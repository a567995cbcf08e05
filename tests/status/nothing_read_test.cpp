#include "status/nothing_read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "catalogue/catalogue.hpp"
#include "fakes/times.hpp"
#include "status/example_status.hpp"
#include "status/health.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using examples::all_well;
using fakes::noon;
using testing::Not;
using testing::StartsWith;

// As after an outage that began after the last reading.
daemon_status with_an_api_that_is_away()
{
    auto status = all_well();
    for (auto& seen : status.accounts[0].seen)
        if (seen.type->pages != paging::no_endpoint) {
            seen.succeed(1, noon - 224s);
            seen.fail({errc::unreachable, "connection refused"}, noon - 1s);
        }
    status.accounts[0].complete = false;
    status.accounts[0].last_sweep = noon - 1s;
    return status;
}

TEST(NothingRead, SaysSinceWhenAndWhy)
{
    const auto status = with_an_api_that_is_away();
    const auto found = nothing_read_of(status.accounts[0].seen);
    ASSERT_TRUE(found);
    EXPECT_EQ(sentence_of(*found, "production", noon),
              "Nothing of account production was read since 11:56:16 UTC (3 min 44 s): connection refused");
    EXPECT_EQ(sentence_of({std::nullopt, "401"}, "production", noon),
              "Nothing of account production could be read yet: 401");
}

TEST(NothingRead, IsNotSaidWhileOneListIsReadOrWasNotTriedYet)
{
    auto status = with_an_api_that_is_away();
    auto& first = status.accounts[0].seen[0];
    ASSERT_NE(first.type->pages, paging::no_endpoint);
    first.succeed(1, noon);
    EXPECT_FALSE(nothing_read_of(status.accounts[0].seen));
    first.begin_again(noon);
    EXPECT_FALSE(nothing_read_of(status.accounts[0].seen)) << "not known";
    EXPECT_FALSE(nothing_read_of(all_well().accounts[0].seen));
}

TEST(NothingRead, IsSaidAlthoughAListThatIsReadRarelyWasNotTriedSince)
{
    auto seen = with_an_api_that_is_away().accounts[0].seen;
    auto rare = seen[0];
    rare.succeed(1, noon - 10min);
    seen.push_back(rare);
    EXPECT_EQ(nothing_read_of(seen)->since, noon - 224s);
    for (auto& coverage : seen)
        if (&coverage != &seen[0])
            coverage.succeed(1, noon - 10min);
    EXPECT_FALSE(nothing_read_of(seen)) << "one list that fails first is not all of them";
}

// As under a wrong address, where every answer is empty.
TEST(NothingRead, IsSaidAlthoughAProductThatAnAccountNeedNotHaveIsEmpty)
{
    auto seen = with_an_api_that_is_away().accounts[0].seen;
    const auto found = std::ranges::find_if(
        catalogue, [](const resource_type& type) { return type.use != product_use::of_every_account; });
    ASSERT_NE(found, std::end(catalogue));
    coverage of_a_product;
    of_a_product.type = &*found;
    of_a_product.succeed(0, noon);
    seen.push_back(of_a_product);
    EXPECT_TRUE(nothing_read_of(seen));
    seen.back().succeed(1, noon);
    EXPECT_FALSE(nothing_read_of(seen));
}

TEST(NothingRead, ComesFirstInTheVerdict)
{
    auto status = with_an_api_that_is_away();
    EXPECT_THAT(health_of(status, noon).sentence,
                StartsWith("Nothing of account production was read since 11:56:16"));
    EXPECT_THAT(health_of(status, noon).sentence, Not(testing::HasSubstr("could not be read")))
        << "one cause, not one row for each list";
    status.accounts[0].findings = {examples::example_finding("f-3b1c9a70d2e4", severity::critical, noon)};
    const auto with_findings = health_of(status, noon);
    EXPECT_THAT(with_findings.sentence, StartsWith("Nothing of account production"));
    EXPECT_THAT(with_findings.sentence, testing::HasSubstr(". 1 open finding, 1 critical"));
    EXPECT_FALSE(with_findings.well);
}

TEST(NothingRead, ShowsAMomentWithItsAge)
{
    EXPECT_EQ(moment_and_age(noon - 224s, noon), "3 min 44 s ago (11:56:16 UTC)");
    EXPECT_EQ(moment_and_age(noon - 24h, noon), "1 day ago (2026-11-21 12:00:00 UTC)");
}

}  // namespace
}  // namespace trunkwarden
