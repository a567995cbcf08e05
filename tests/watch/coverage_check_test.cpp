#include "watch/coverage_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class CoverageCheck : public testing::Test, protected fakes::quiet_account {
protected:
    // The check runs every few seconds while the process does.
    void run_for(std::chrono::seconds span)
    {
        for (const auto until = now + span; now < until; now += 5s)
            evaluate_coverage(*watched);
    }

    void read_the_addresses()
    {
        for (auto& coverage : watched->view.coverage)
            if (coverage.type->name == "ips")
                coverage.succeed(1, now);
        evaluate_coverage(*watched);
    }
};

TEST_F(CoverageCheck, CallsAnAccountBlindThatWasNotReadForTooLong)
{
    run(sweep(*watched));
    run_for(170s);
    EXPECT_FALSE(told("opened blind api api"));
    run_for(30s);
    EXPECT_TRUE(told("opened blind api api"));
}

TEST_F(CoverageCheck, DoesNotCountTheTimeOfASuspendedHost)
{
    run(sweep(*watched));
    now += 1h;
    run_for(170s);
    EXPECT_FALSE(told("opened blind api api"));
    run_for(30s);
    EXPECT_TRUE(told("opened blind api api")) << "it has run for long enough without a reading";
}

TEST_F(CoverageCheck, IsNotBlindForLongerBecauseTheClockWasSetBack)
{
    run(sweep(*watched));
    run_for(10s);
    now -= 1h;
    run_for(170s);
    EXPECT_FALSE(told("opened blind api api")) << "nothing is blind at once because somebody sets the clock";
    run_for(30s);
    EXPECT_TRUE(told("opened blind api api"));
}

// SIGSTOP, a debugger, a virtual machine that is copied: the check that was due comes late.
TEST_F(CoverageCheck, DoesNotCountTheSecondsInWhichTheProcessWasStopped)
{
    run(sweep(*watched));
    for (int times = 0; times < 3; ++times) {
        run_for(30s);
        watched->memory.next_coverage_check = now + 5s;
        now += 95s;
        evaluate_coverage(*watched);
        EXPECT_FALSE(told("opened blind api api")) << times;
    }
    run_for(60s);
    EXPECT_FALSE(told("opened blind api api"));
    run_for(40s);
    EXPECT_TRUE(told("opened blind api api")) << "the time in which it ran adds up";
}

TEST_F(CoverageCheck, TakesABusySecondForNoPause)
{
    run(sweep(*watched));
    for (int times = 0; times < 40; ++times) {
        watched->memory.next_coverage_check = now + 5s;
        now += 5900ms;
        evaluate_coverage(*watched);
    }
    EXPECT_TRUE(told("opened blind api api"));
}

// A thief who poisons an object and breaks the key does not want to see the first one resolved by the second.
TEST_F(CoverageCheck, TakesNothingBackWhenTheAccountGoesBlindAndTellsNothingTwice)
{
    answer("/ips", "[{}]");
    run(sweep(*watched));
    run(sweep(*watched));
    ASSERT_TRUE(told("opened blind ips page 1, item 1"));
    run_for(200s);
    ASSERT_TRUE(told("opened blind api api"));
    EXPECT_EQ(std::ranges::count_if(listener.told,
                                    [](const auto& line) { return line.starts_with("opened blind "); }),
              2)
        << "one for the cause, and that from before";
    EXPECT_FALSE(told("resolved blind ips page 1, item 1"));
    run(sweep(*watched));
    EXPECT_TRUE(told("resolved blind api api"));
    EXPECT_FALSE(told("resolved blind ips page 1, item 1"));
    EXPECT_EQ(std::ranges::count(listener.told, "opened blind ips page 1, item 1"), 1);
    answer("/ips", "[]");
    run(sweep(*watched));
    run(sweep(*watched));
    EXPECT_TRUE(told("resolved blind ips page 1, item 1"));
}

// After an outage the lists come back one after the other.
TEST_F(CoverageCheck, CallsNoListBlindThatIsNotReadAgainYetWhenTheAccountIsSeenAgain)
{
    run(sweep(*watched));
    run_for(200s);
    ASSERT_TRUE(told("opened blind api api"));
    read_the_addresses();
    EXPECT_TRUE(told("resolved blind api api"));
    run_for(50s);
    EXPECT_FALSE(told("opened blind fqdns fqdns"));
    run_for(20s);
    EXPECT_TRUE(told("opened blind fqdns fqdns")) << "one that does not come is soon told";
}

// A thief who hides a list wins no time by an outage in which the host slept.
TEST_F(CoverageCheck, ForgivesOfAnOutageOnlyTheTimeThatCounts)
{
    run(sweep(*watched));
    now += 1h;
    run_for(200s);
    ASSERT_TRUE(told("opened blind api api"));
    read_the_addresses();
    ASSERT_TRUE(told("resolved blind api api"));
    run_for(50s);
    EXPECT_FALSE(told("opened blind fqdns fqdns"));
    run_for(20s);
    EXPECT_TRUE(told("opened blind fqdns fqdns")) << "the hour was not counted, and is not forgiven";
}

}  // namespace
}  // namespace trunkwarden
