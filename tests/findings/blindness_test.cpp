#include "findings/blindness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "catalogue/catalogue.hpp"
#include "fakes/times.hpp"
#include "findings/watch_cause.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

using fakes::noon;
const time_point lately = noon + 100h;  // all but what a test is about was read then, or when it is judged

std::vector<coverage> whole_catalogue()
{
    std::vector<coverage> seen;
    for (const auto& type : catalogue) {
        coverage coverage;
        coverage.type = &type;
        coverage.succeed(1, lately);
        seen.push_back(std::move(coverage));
    }
    return seen;
}

coverage& coverage_of(std::vector<coverage>& seen, std::string_view name)
{
    return *std::ranges::find_if(seen,
                                 [name](const coverage& coverage) { return coverage.type->name == name; });
}

// A reading that is still to come counts for nothing.
std::vector<coverage> as_of(time_point now, std::vector<coverage> seen)
{
    for (auto& coverage : seen)
        if (coverage.last_complete == lately)
            coverage.last_complete = std::min(lately, now);
    return seen;
}

std::vector<deviation> deviations(const std::vector<coverage>& seen, time_point now,
                                  const optional_reason& refusal = {})
{
    const staleness stale{std::vector<std::chrono::milliseconds>(seen.size(), 3min), noon};
    std::vector<deviation> out;
    for (auto& blindness : evaluate_coverage(as_of(now, seen), stale, {.refusal = refusal}, now))
        for (auto& found : blindness.deviations)
            out.push_back(std::move(found));
    return out;
}

TEST(Blindness, AResourceUnreadForLongerThanItsLimitIsOneDeviation)
{
    auto seen = whole_catalogue();
    coverage_of(seen, "ips").last_complete = noon;
    coverage_of(seen, "ips").fail({errc::server_error, "GET /ips: 500"}, noon + 30s);
    EXPECT_TRUE(deviations(seen, noon + 2min).empty()) << "still within the limit since it was last read";
    const auto found = deviations(seen, noon + 3min);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type->name, "ips");
    EXPECT_EQ(found[0].kind, deviation_kind::blind);
    EXPECT_EQ(found[0].level, severity::critical);
    EXPECT_EQ(found[0].note, "not read completely for 3 min; GET /ips: 500");
}

TEST(Blindness, WeighsWhatCanBeLostUnseen)
{
    for (const auto& type : catalogue) {
        if (type.pages == paging::no_endpoint)
            continue;
        auto seen = whole_catalogue();
        coverage_of(seen, type.name).last_complete = noon;
        const auto found = deviations(seen, noon + 3min);
        ASSERT_EQ(found.size(), 1U) << type.name;
        const auto expected = type.order == urgency::money    ? severity::critical
                              : type.order == urgency::access ? severity::high
                                                              : severity::medium;
        EXPECT_EQ(found[0].level, expected) << type.name;
    }
    auto seen = whole_catalogue();
    for (const auto* money : {"ips", "outbound_voice_profiles", "call_forwarding", "auto_recharge"}) {
        coverage_of(seen, money).last_complete = noon;
        EXPECT_EQ(deviations(seen, noon + 3min).back().level, severity::critical) << money;
        coverage_of(seen, money).last_complete = lately;
    }
    coverage_of(seen, "api_keys").last_complete = noon;
    EXPECT_EQ(deviations(seen, noon + 3min).back().level, severity::high);
    coverage_of(seen, "api_keys").last_complete = lately;
    coverage_of(seen, "notification_channels").last_complete = noon;
    EXPECT_EQ(deviations(seen, noon + 3min).back().level, severity::medium);
}

// As under a wrong address, where everything answers "not found".
TEST(Blindness, EmptyListsOfProductsThatNeedNotBeThereDoNotShowThatTheAccountIsSeen)
{
    auto seen = whole_catalogue();
    for (auto& coverage : seen)
        if (coverage.type->use == product_use::of_every_account &&
            coverage.type->pages != paging::no_endpoint) {
            coverage.last_complete = noon;
            coverage.fail({errc::not_found, "404"}, noon);
        } else if (coverage.type->use != product_use::of_every_account) {
            coverage.succeed(0, lately);
        }
    const auto found = deviations(seen, noon + 3min);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type->name, "api");
    EXPECT_EQ(found[0].level, severity::critical);
    coverage_of(seen, "short_codes").succeed(1, lately);
    EXPECT_GT(deviations(seen, noon + 3min).size(), 1U) << "something is seen";
}

// The state of each cause, as "RESOURCE: open", "RESOURCE: over" or "RESOURCE: not known".
std::vector<std::string> causes(const std::vector<coverage>& seen, const watch_troubles& troubles,
                                time_point now = noon)
{
    const staleness stale{std::vector<std::chrono::milliseconds>(seen.size(), 3min), noon - 1h};
    std::vector<std::string> out;
    for (const auto& blindness : evaluate_coverage(as_of(now, seen), stale, troubles, now))
        if (is_watch_cause(*blindness.type))
            out.push_back(fmt::format("{}: {}", blindness.type->name,
                                      !blindness.deviations.empty() ? "open"
                                      : blindness.seen              ? "over"
                                                                    : "not known"));
    return out;
}

using testing::ElementsAre;

TEST(Blindness, OfStateFileAndClockIsHighBecauseTheAccountIsSeenAllTheSame)
{
    const auto seen = whole_catalogue();
    const staleness stale{std::vector<std::chrono::milliseconds>(seen.size(), 3min), {}};
    std::vector<deviation> found;
    const watch_troubles troubles{{}, "the disk is full", "10 min behind"};
    for (auto& blindness : evaluate_coverage(as_of(noon, seen), stale, troubles, noon))
        std::ranges::move(blindness.deviations, std::back_inserter(found));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].type->name, "state_file");
    EXPECT_EQ(found[0].id, "state_file");
    EXPECT_EQ(found[0].note, "the disk is full");
    EXPECT_EQ(found[0].level, severity::high);
    EXPECT_EQ(found[1].type->name, "clock");
    EXPECT_EQ(found[1].level, severity::high);
}

TEST(Blindness, HasOneCauseAndTakesAnotherBackOnlyWhenThatIsKnown)
{
    auto seen = whole_catalogue();
    EXPECT_THAT(
        causes(seen, {.clock_error = ""}),
        ElementsAre("api: over", "api_key: over", "organization: over", "state_file: over", "clock: over"));
    EXPECT_THAT(causes(seen, {}), testing::Contains("clock: not known")) << "no receiver told its time";
    EXPECT_THAT(causes(seen, {.refusal = "of another"}),
                ElementsAre("api: over", "api_key: over", "organization: open", "state_file: over",
                            "clock: not known"))
        << "the API said whose key it is";
    for (auto& coverage : seen)
        if (coverage.type->pages != paging::no_endpoint)
            coverage.fail({errc::unauthorised, "401"}, noon);
    EXPECT_THAT(causes(seen, {}), ElementsAre("api: over", "api_key: open", "organization: not known",
                                              "state_file: over", "clock: not known"));
    for (auto& coverage : seen)
        if (coverage.type->pages != paging::no_endpoint) {
            coverage.fail({errc::unreachable, "connection refused"}, noon);
            coverage.last_complete = noon;
        }
    EXPECT_THAT(causes(seen, {}, noon + 3min),
                ElementsAre("api: open", "api_key: not known", "organization: not known", "state_file: over",
                            "clock: not known"))
        << "whether the key is taken is not known while nobody answers";
}

TEST(Blindness, WhatWasNotReadYetIsNeitherBlindNorSeen)
{
    std::vector<coverage> seen = whole_catalogue();
    for (auto& coverage : seen)
        coverage.state = reading_state::never;
    const staleness stale{std::vector<std::chrono::milliseconds>(seen.size(), 3min), noon};
    for (const auto& blindness : evaluate_coverage(seen, stale, {}, noon)) {
        EXPECT_TRUE(blindness.deviations.empty());
        EXPECT_EQ(blindness.seen, blindness.type == &watch_cause::state_file)
            << blindness.type->name << ": only the disk is known";
    }
}

TEST(Blindness, AnApiThatIsAwayIsOneDeviationForTheAccount)
{
    auto seen = whole_catalogue();
    for (auto& coverage : seen) {
        coverage.last_complete = noon + (coverage.type->name == "ips" ? 0s : 20s);
        if (coverage.type->pages != paging::no_endpoint)
            coverage.fail({errc::unreachable, "connecting to api failed"}, noon + 30s);
    }
    EXPECT_TRUE(deviations(seen, noon + 179s).empty());
    for (const auto at : {noon + 3min, noon + 1h}) {
        const auto found = deviations(seen, at);
        ASSERT_EQ(found.size(), 1U) << "not one for each list, also while the others are within their limits";
        EXPECT_EQ(found[0].type->name, "api");
        EXPECT_EQ(found[0].level, severity::critical);
        EXPECT_EQ(found[0].note, "nothing was read since 2026-11-22 12:00:20 UTC; connecting to api failed");
    }
    coverage_of(seen, "fqdns").succeed(1, noon + 1h);
    EXPECT_GT(deviations(seen, noon + 1h).size(), 20U) << "one of them answers: then it is the others";
}

TEST(Blindness, WhereNothingIsSeenNothingCountsAsSeenAgain)
{
    auto seen = whole_catalogue();
    coverage_of(seen, "ips").succeed(1, lately, {{.page = 1, .place = 2, .reason = "it has no id"}});
    const staleness stale{std::vector<std::chrono::milliseconds>(seen.size(), 3min), noon};
    for (const auto& blindness : evaluate_coverage(seen, stale, {.refusal = "of another"}, lately)) {
        if (is_watch_cause(*blindness.type))
            continue;
        EXPECT_TRUE(blindness.deviations.empty()) << blindness.type->name;
        EXPECT_FALSE(blindness.seen) << blindness.type->name;
    }
    for (auto& coverage : seen)
        if (coverage.type->pages != paging::no_endpoint)
            coverage.fail({errc::unauthorised, "401"}, lately);
    for (const auto& blindness : evaluate_coverage(seen, stale, {}, lately))
        EXPECT_FALSE(blindness.seen && !is_watch_cause(*blindness.type)) << blindness.type->name;
}

TEST(Blindness, AListThatNobodyReadsAnyMoreIsBlindAlthoughItWasCompleteLast)
{
    auto seen = whole_catalogue();
    coverage_of(seen, "ips").last_complete = noon;
    EXPECT_TRUE(deviations(seen, noon + 179s).empty());
    const auto found = deviations(seen, noon + 3min);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].note, "not read completely for 3 min; no reading of it has ended since");
}

TEST(Blindness, AFirstReadingThatDoesNotEndIsBlindAfterItsLimit)
{
    auto seen = whole_catalogue();
    coverage_of(seen, "ips").state = reading_state::never;
    coverage_of(seen, "ips").last_complete.reset();
    const staleness stale{std::vector<std::chrono::milliseconds>(seen.size(), 3min), noon};
    for (const auto& blindness : evaluate_coverage(as_of(noon + 2min, seen), stale, {}, noon + 2min))
        EXPECT_TRUE(blindness.deviations.empty());
    std::size_t blind = 0;
    for (const auto& blindness : evaluate_coverage(as_of(noon + 3min, seen), stale, {}, noon + 3min))
        blind += blindness.type->name == "ips" ? blindness.deviations.size() : 0;
    EXPECT_EQ(blind, 1U);
}

TEST(Blindness, TimeInWhichTheHostSleptDoesNotCount)
{
    auto seen = whole_catalogue();
    for (auto& coverage : seen)
        coverage.last_complete = noon;
    const staleness stale{std::vector<std::chrono::milliseconds>(seen.size(), 3min), noon + 10h};
    for (const auto& blindness :
         evaluate_coverage(as_of(noon + 10h + 1min, seen), stale, {}, noon + 10h + 1min))
        EXPECT_TRUE(blindness.deviations.empty()) << blindness.type->name;
}

TEST(Blindness, TimeInWhichTheProcessWasStoppedDoesNotCountForWhatWasReadBefore)
{
    const running_time running{noon - 1h, {{noon + 10min, 5min}, {noon + 20min, 2min}}};
    EXPECT_EQ(running.between(noon, noon + 30min), 23min);
    EXPECT_EQ(running.between(noon + 8min, noon + 30min), 18min)
        << "of a pause only the part after the reading";
    EXPECT_EQ(running.between(noon + 15min, noon + 30min), 13min);
    EXPECT_EQ(running.between(noon + 25min, noon + 30min), 5min);
    EXPECT_EQ(running.between(noon - 5h, noon + 30min), 83min);
}

TEST(Blindness, AReadingThatIsStillToComeCountsFromTheMomentWhenTheClockWasSet)
{
    const running_time running{noon};
    EXPECT_EQ(running.between(noon + 1h, noon + 5min), 5min);
    EXPECT_LE(running.between(noon + 5min + 30s, noon + 5min), 0s)
        << "it was set by little, and was seen just now";
}

TEST(Blindness, AResourceThatCouldNeverBeReadCountsFromItsFirstTry)
{
    auto seen = whole_catalogue();
    coverage& ips = coverage_of(seen, "ips");
    ips = {};
    ips.type = find_resource("ips");
    EXPECT_TRUE(deviations(seen, noon + 2min).empty()) << "not tried yet";
    ips.fail({errc::forbidden, "GET /ips: 403"}, noon + 2min);
    ips.fail({errc::forbidden, "GET /ips: 403"}, noon + 4min);
    EXPECT_TRUE(deviations(seen, noon + 4min).empty());
    EXPECT_EQ(deviations(seen, noon + 5min).size(), 1U);
}

TEST(Blindness, AnAcceptedBlindSpotIsNone)
{
    auto seen = whole_catalogue();
    coverage_of(seen, "api_keys").accepted_blind = true;
    coverage_of(seen, "api_keys").fail({errc::not_found, "GET /api_keys: 404"}, noon);
    EXPECT_EQ(coverage_of(seen, "api_keys").state, reading_state::accepted);
    EXPECT_TRUE(deviations(seen, noon + 24h).empty());
}

TEST(Blindness, AKeyRejectedEverywhereIsOneDeviationForTheAccountAtOnce)
{
    auto seen = whole_catalogue();
    for (auto& coverage : seen)
        if (coverage.type->pages != paging::no_endpoint)
            coverage.fail({errc::unauthorised, "401 (20002 key revoked)"}, noon + 1s);
    const auto found = deviations(seen, noon + 2s);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type->name, "api_key");
    EXPECT_EQ(found[0].level, severity::critical);
    EXPECT_NE(found[0].note.find("20002"), std::string::npos);
    EXPECT_EQ(deviations(seen, noon + 24h).size(), 1U) << "and not thirty more when it lasts";
}

// One list has another trouble meanwhile: it must not hide the cause.
TEST(Blindness, AKeyRejectedByMostListsWhileNothingIsReadIsTheKeyToo)
{
    auto seen = whole_catalogue();
    for (auto& coverage : seen)
        if (coverage.type->pages != paging::no_endpoint) {
            coverage.last_complete = noon;
            coverage.fail(
                {coverage.type->name == "fqdns" ? errc::forbidden : errc::unauthorised, "401 (20002)"},
                noon + 1s);
        }
    EXPECT_TRUE(deviations(seen, noon + 1min).empty()) << "it may be that list only";
    const auto found = deviations(seen, noon + 3min);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type->name, "api_key");
    EXPECT_TRUE(found[0].note.starts_with("the API key is rejected by ")) << found[0].note;
    EXPECT_EQ(causes(seen, {}, noon + 3min)[0], "api: over") << "it answers";
}

TEST(Blindness, A401OnOneEndpointWhileOthersAnswerIsNotTheKey)
{
    auto seen = whole_catalogue();
    coverage_of(seen, "api_keys").fail({errc::unauthorised, "401"}, noon);
    EXPECT_EQ(coverage_of(seen, "api_keys").state, reading_state::unavailable);
    EXPECT_EQ(rejection(seen), std::nullopt);
}

TEST(Blindness, AKeyOfAnotherOrganisationIsSaidForTheAccount)
{
    const auto found = deviations(whole_catalogue(), noon, "the API key belongs to organisation x");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type->name, "organization");
    EXPECT_EQ(found[0].level, severity::critical);
}

TEST(Coverage, TellsWhatMayPassFromWhatThisKeyCannotSee)
{
    const auto state_after = [](errc kind) {
        coverage coverage;
        coverage.fail({kind, "why"}, noon);
        return coverage.state;
    };
    EXPECT_EQ(state_after(errc::timed_out), reading_state::failed);
    EXPECT_EQ(state_after(errc::moved), reading_state::failed);
    EXPECT_EQ(state_after(errc::rate_limited), reading_state::failed);
    EXPECT_EQ(state_after(errc::server_error), reading_state::failed);
    EXPECT_EQ(state_after(errc::unauthorised), reading_state::unavailable);
    EXPECT_EQ(state_after(errc::forbidden), reading_state::unavailable);
    EXPECT_EQ(state_after(errc::not_found), reading_state::unavailable);
    EXPECT_EQ(state_after(errc::not_understood), reading_state::unavailable);
}

}  // namespace
}  // namespace trunkwarden
