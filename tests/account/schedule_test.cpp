#include "account/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "catalogue/catalogue.hpp"
#include "watch/sweep_tracker.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class Schedule : public testing::Test {
protected:
    void SetUp() override
    {
        account_settings settings;
        settings.name = "test";
        watched = make_account(settings, {}, {});
    }
    void read(polled_list& list, std::size_t pages)
    {
        auto reading = std::make_shared<list_contents>();
        for (std::size_t number = 1; number <= pages; ++number)
            reading->pages[number] = std::make_shared<list_contents::page>();
        list.last = std::move(reading);
        for (const auto resource : list.resources)
            watched->view.coverage[resource].succeed(pages, {});
    }
    // After a reading that took so long.
    duration until_next(const polled_list& list, duration took = {}) const
    {
        return until_next_reading(watched->view, watched->config.poll, list, took);
    }
    std::unique_ptr<account> watched;
};

TEST_F(Schedule, ReadsListsOfUpToTenPagesEveryIntervalAndLongerOnesRarely)
{
    auto& list = watched->view.lists.front();
    EXPECT_EQ(target_age(list, watched->config.poll), 30s) << "not read yet";
    read(list, 10);
    EXPECT_EQ(target_age(list, watched->config.poll), 30s);
    read(list, 11);
    EXPECT_EQ(target_age(list, watched->config.poll), 5min);
    EXPECT_EQ(until_next(list), 5min);
}

// A change that came right after a reading is alerted within the interval then, although its request and that
// for the author wait at the gate.
TEST_F(Schedule, ReadsAShortListAgainBeforeItsIntervalIsOver)
{
    auto& list = watched->view.lists.front();
    read(list, 10);
    EXPECT_EQ(until_next(list), 27s);
    EXPECT_EQ(until_next(list, 2s), 29s) << "after the end of a reading that waited for others";
    EXPECT_EQ(until_next(list, 3s), 30s);
    EXPECT_EQ(until_next(list, 20s), 30s) << "however slow the API is";
    EXPECT_EQ(until_next(list, 5min), 30s) << "at once";
    read(list, 11);
    EXPECT_EQ(until_next(list, 83s), 5min);
}

TEST_F(Schedule, DoesNotTakeAListForALongOneBecauseAPageCameInParts)
{
    auto& list = watched->view.lists.front();
    auto reading = std::make_shared<list_contents>();
    for (std::size_t offset = 0; offset < 100; ++offset)
        reading->pages[{1, offset}] = std::make_shared<list_contents::page>();
    list.last = std::move(reading);
    EXPECT_EQ(target_age(list, watched->config.poll), 30s);
}

TEST_F(Schedule, DoesNotReadAListMoreOftenBecauseAnObjectOfItCannotBeRead)
{
    auto& list = watched->view.lists.front();
    read(list, 400);
    watched->view.coverage[list.resources.front()].succeed(400, {}, {{1, 2, "it has no \"id\""}});
    EXPECT_EQ(until_next(list), 5min);
}

TEST_F(Schedule, DoesNotLeaveALongListThatFailedUnreadForItsWholeInterval)
{
    auto& list = watched->view.lists.front();
    read(list, 400);
    watched->view.coverage[list.resources.front()].fail({errc::server_error, "500"}, {});
    EXPECT_EQ(until_next(list), 1min);
}

TEST_F(Schedule, ReadsAShortListThatFailedAsOftenAsOthers)
{
    auto& list = watched->view.lists.front();
    read(list, 1);
    watched->view.coverage[list.resources.front()].fail({errc::server_error, "500"}, {});
    EXPECT_EQ(until_next(list), 27s);
    EXPECT_EQ(until_next(list, 20s), 30s);
}

TEST_F(Schedule, CallsAResourceBlindAfterTwiceItsTargetAgeWhenThatIsLongerThanStaleAfter)
{
    auto& list = watched->view.lists.front();
    EXPECT_EQ(stale_limits(*watched)[list.resources.front()], 3min);
    read(list, 400);
    EXPECT_EQ(stale_limits(*watched)[list.resources.front()], 10min);
}

TEST_F(Schedule, DoesNotCallRunningCallsBlindWhileARoundOverManyApplicationsLasts)
{
    const auto place = place_of_role(watched->config, resource_role::active_calls);
    auto& limits = watched->config.baseline.active_calls.limits;
    limits.resize(10);
    EXPECT_EQ(stale_limits(*watched)[place], 3min);
    limits.resize(100);
    EXPECT_EQ(stale_limits(*watched)[place], 20min) << "a round takes ten minutes";
}

// The baseline decides that, not those who create objects.
TEST_F(Schedule, AListOfAnswersTakesLongerOnlyWhereTheBaselineNamesMore)
{
    const auto& poll = watched->config.poll;
    auto& list = *std::ranges::find_if(watched->view.lists, [](const polled_list& polled) {
        return polled.from.path == "/sip_registration_status";
    });
    for (int number = 0; number < 1000; ++number)
        list.answers.emplace(std::to_string(number), kept_answer{});
    list.named_questions = 8;
    EXPECT_EQ(target_age(list, poll), 1min);
    EXPECT_EQ(stale_limit(list, poll), 3min);
    list.named_questions = 40;
    EXPECT_EQ(target_age(list, poll), 5min) << "forty, and a fifth of the turns for others";
    EXPECT_EQ(stale_limit(list, poll), 10min);
}

TEST_F(Schedule, AListIsDueHalfwayBetweenItsTargetAgeAndTheMomentFromWhichItIsBlind)
{
    const auto& poll = watched->config.poll;
    auto& list = watched->view.lists.front();
    const time_point now{1000h};
    EXPECT_EQ(until_due(watched->view, poll, list, now), 105s) << "never tried: from now on";
    list.answered_at = now;
    EXPECT_EQ(until_due(watched->view, poll, list, now + 30s), 75s);
    EXPECT_EQ(until_due(watched->view, poll, list, now + 1h), 0s);
    EXPECT_EQ(until_due(watched->view, poll, list, now - 1h), 105s) << "the clock was set back";
    read(list, 400);
    EXPECT_EQ(until_due(watched->view, poll, list, now + 5min), 150s) << "not at each of its readings";
}

TEST_F(Schedule, AListThatTheApiNeverAnsweredIsDueFromItsFirstTryOn)
{
    auto& list = watched->view.lists.front();
    const time_point now{1000h};
    for (const auto resource : list.resources)
        watched->view.coverage[resource].fail({errc::rate_limited, "429"}, now);
    EXPECT_EQ(until_due(watched->view, watched->config.poll, list, now + 100s), 5s);
}

TEST_F(Schedule, AListThatKeepsChangingIsReadWithThoseThatMoneyDependsOn)
{
    for (auto& list : watched->view.lists) {
        auto& covered = watched->view.coverage[list.resources.front()];
        EXPECT_EQ(urgency_of(watched->view, list), list.from.order);
        covered.fail({errc::server_error, "500"}, {});
        EXPECT_EQ(urgency_of(watched->view, list), list.from.order);
        covered.fail({errc::moved, "it kept changing"}, {});
        EXPECT_EQ(urgency_of(watched->view, list), urgency::money);
        read(list, 1);
        EXPECT_EQ(urgency_of(watched->view, list), list.from.order);
    }
}

TEST(SweepTracker, EndsWhenEveryListWasReadAtLeastOnceAndBeginsAnew)
{
    const sweep_tracker::time start{};
    sweep_tracker round({false, false});
    round.began(start);
    EXPECT_FALSE(round.read(0, start + 1s));
    EXPECT_FALSE(round.read(0, start + 2s)) << "the same list again";
    EXPECT_EQ(round.read(1, start + 3s), 3s);
    round.began(start + 10s);
    EXPECT_FALSE(round.read(1, start + 11s));
    EXPECT_EQ(round.read(0, start + 12s), 2s);
}

TEST(SweepTracker, WaitsForAListThatIsReadRarelyInTheFirstRoundOnly)
{
    const sweep_tracker::time start{};
    sweep_tracker round({false, true});
    round.began(start);
    EXPECT_FALSE(round.read(0, start + 1s)) << "the first sweep is one of everything";
    EXPECT_EQ(round.read(1, start + 2s), 2s);
    round.began(start + 10s);
    EXPECT_EQ(round.read(0, start + 11s), 1s);
    round.began(start + 20s);
    EXPECT_EQ(round.read(1, start + 21s), std::nullopt) << "it ends no round by itself";
    EXPECT_EQ(round.read(0, start + 22s), 2s);
}

TEST(PhaseOfAList, SpreadsListsOverTheIntervalAndDelaysNone)
{
    std::array<unsigned, 10> tenths{};
    for (int account = 0; account < 100; ++account)
        for (const auto& type : catalogue) {
            const auto phase = phase_of("account" + std::to_string(account), type.path, 30s);
            ASSERT_GT(phase, 3s) << "not right after the first";
            ASSERT_LE(phase, 30s);
            ++tenths.at(static_cast<std::size_t>((phase - 1ms) / 3s));
        }
    const auto even = static_cast<double>(100 * catalogue.size()) / 9;
    for (std::size_t tenth = 1; tenth < tenths.size(); ++tenth)
        EXPECT_NEAR(tenths.at(tenth), even, even / 2) << tenth;
}

}  // namespace
}  // namespace trunkwarden
