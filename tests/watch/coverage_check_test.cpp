#include "watch/coverage_check.hpp"

#include <gtest/gtest.h>

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
};

TEST_F(CoverageCheck, CallsAnAccountBlindThatWasNotReadForTooLong)
{
    run(sweep(*watched));
    run_for(170s);
    EXPECT_FALSE(told("opened blind account account"));
    run_for(30s);
    EXPECT_TRUE(told("opened blind account account"));
}

TEST_F(CoverageCheck, DoesNotCountTheTimeOfASuspendedHost)
{
    run(sweep(*watched));
    now += 1h;
    run_for(170s);
    EXPECT_FALSE(told("opened blind account account"));
    run_for(30s);
    EXPECT_TRUE(told("opened blind account account")) << "it has run for long enough without a reading";
}

}  // namespace
}  // namespace trunkwarden
