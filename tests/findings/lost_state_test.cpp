#include "findings/lost_state.hpp"

#include <gtest/gtest.h>

#include "fakes/quiet_account.hpp"
#include "findings/title.hpp"
#include "watch/coverage_check.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto missing_file = "the state file state.db is missing or empty, although there was one";

TEST(LostState, OfNothingIsNoDeviation)
{
    EXPECT_TRUE(judge_lost_state(std::nullopt).empty());
}

TEST(LostState, IsCriticalAndSaysTheWayOut)
{
    const auto found = judge_lost_state(missing_file);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type->name, "state_file");
    EXPECT_EQ(found[0].id, "state_file");
    EXPECT_EQ(found[0].level, severity::critical);
    const auto title = title_of(found[0], {});
    EXPECT_NE(title.find(missing_file), std::string::npos) << title;
    EXPECT_NE(title.find("trunkwarden quarantine thaw"), std::string::npos) << title;
}

class LostStateOverTime : public testing::Test {
protected:
    void judge_after(std::chrono::milliseconds span)
    {
        account.now += span;
        evaluate_coverage(*account.watched);
    }
    std::ptrdiff_t count(std::string_view line) const
    {
        return std::ranges::count(account.listener.told, line);
    }

    fakes::quiet_account account;
};

TEST_F(LostStateOverTime, IsToldOnceAndIsOverWhenSomebodyThawed)
{
    account.watched->memory.state_lost = missing_file;
    judge_after(0s);
    judge_after(1h);
    EXPECT_EQ(count("opened changed state_file state_file"), 1);
    EXPECT_EQ(count("resolved changed state_file state_file"), 0);
    account.watched->memory.state_lost.reset();
    judge_after(1s);
    EXPECT_EQ(count("resolved changed state_file state_file"), 1);
}

// Each is reported, and none takes the other back.
TEST_F(LostStateOverTime, IsIndependentOfWhatElseIsWrongWithTheFiles)
{
    account.watched->memory.state_lost = missing_file;
    account.watched->memory.state_error = "the disk is full";
    account.watched->config.set_baseline_error("not signed", account.now);
    judge_after(0s);
    EXPECT_EQ(count("opened changed state_file state_file"), 1)
        << "also while the baseline may be being signed";
    EXPECT_EQ(count("opened blind state_file state_file"), 1);
    judge_after(6s);
    EXPECT_EQ(count("opened blind baseline_file baseline_file"), 1);
    account.watched->config.set_baseline_error(std::nullopt, account.now);
    judge_after(1s);
    EXPECT_EQ(count("resolved blind baseline_file baseline_file"), 1);
    EXPECT_EQ(count("resolved changed state_file state_file"), 0);
}

}  // namespace
}  // namespace trunkwarden
