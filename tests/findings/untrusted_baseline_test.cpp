#include "findings/untrusted_baseline.hpp"

#include <gtest/gtest.h>

#include "fakes/quiet_account.hpp"
#include "findings/title.hpp"
#include "watch/coverage_check.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

TEST(UntrustedBaseline, OfNothingIsNoDeviation)
{
    EXPECT_TRUE(judge_untrusted_baseline({"production", "6B5E6B26AFBEB58B", std::nullopt}).empty());
}

TEST(UntrustedBaseline, IsOneCriticalDeviation)
{
    const auto found =
        judge_untrusted_baseline({"production", "6B5E6B26AFBEB58B", "baseline.yml is not signed"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type->name, "baseline_file");
    EXPECT_EQ(found[0].id, "baseline_file");
    EXPECT_EQ(found[0].kind, deviation_kind::blind);
    EXPECT_EQ(found[0].level, severity::critical);
    ASSERT_EQ(found[0].fields.size(), 1U);
    EXPECT_EQ(found[0].fields[0].field, "baseline_file");
    EXPECT_EQ(found[0].fields[0].expected, "signed by key 6B5E6B26AFBEB58B");
    EXPECT_EQ(found[0].fields[0].actual, "baseline.yml is not signed");
    EXPECT_EQ(
        title_of(found[0], {}),
        "Baseline of account production is not the one that was signed; the last good one stays active");
}

class UntrustedBaselineOverTime : public testing::Test {
protected:
    fakes::quiet_account account;

    void judge_after(std::chrono::milliseconds span)
    {
        account.now += span;
        evaluate_coverage(*account.watched);
    }
    std::ptrdiff_t count(std::string_view line) const
    {
        return std::ranges::count(account.listener.told, line);
    }
};

TEST_F(UntrustedBaselineOverTime, IsToldWhenItLastsAndIsOverWhenTheFileIsGoodAgain)
{
    account.watched->config.set_baseline_error("not signed", account.now);
    judge_after(0s);
    judge_after(4999ms);
    EXPECT_EQ(count("opened blind baseline_file baseline_file"), 0) << "somebody may be about to sign it";
    judge_after(1ms);
    EXPECT_EQ(count("opened blind baseline_file baseline_file"), 1);
    judge_after(1h);
    EXPECT_EQ(count("opened blind baseline_file baseline_file"), 1) << "once";

    account.watched->config.set_baseline_error(std::nullopt, account.now);
    judge_after(1s);
    EXPECT_EQ(count("resolved blind baseline_file baseline_file"), 1);
}

TEST_F(UntrustedBaselineOverTime, IsNotToldWhenTheFileWasSignedMeanwhile)
{
    account.watched->config.set_baseline_error("not signed", account.now);
    judge_after(2s);
    account.watched->config.set_baseline_error(std::nullopt, account.now);
    judge_after(1min);
    EXPECT_FALSE(account.watched->config.baseline_error);
    EXPECT_EQ(count("opened blind baseline_file baseline_file"), 0);
}

TEST_F(UntrustedBaselineOverTime, CountsFromTheFirstReasonAndNotFromTheLast)
{
    account.watched->config.set_baseline_error("not signed", account.now);
    judge_after(3s);
    account.watched->config.set_baseline_error("signed by another key", account.now);
    judge_after(3s);
    EXPECT_EQ(count("opened blind baseline_file baseline_file"), 1);
}

TEST_F(UntrustedBaselineOverTime, IsToldAtOnceAtTheStart)
{
    account.watched->config.set_baseline_error("not signed", {});
    judge_after(0s);
    EXPECT_EQ(count("opened blind baseline_file baseline_file"), 1);
}

// A clock that was set back must not keep it quiet.
TEST_F(UntrustedBaselineOverTime, IsToldWhenTheClockWasSetBack)
{
    account.watched->config.set_baseline_error("not signed", account.now);
    judge_after(-1h);
    EXPECT_EQ(count("opened blind baseline_file baseline_file"), 1);
}

// A look at the lists says nothing about the file.
TEST_F(UntrustedBaselineOverTime, IsNotTakenBackByThem)
{
    account.watched->config.set_baseline_error("not signed", {});
    account.watched->memory.state_error = "the disk is full";
    judge_after(0s);
    EXPECT_EQ(count("opened blind state_file state_file"), 1);
    account.watched->memory.state_error.reset();
    for (auto& seen : account.watched->view.coverage)
        seen.succeed(0, account.now);
    judge_after(1s);
    EXPECT_EQ(count("resolved blind state_file state_file"), 1);
    EXPECT_EQ(count("resolved blind baseline_file baseline_file"), 0);
}

}  // namespace
}  // namespace trunkwarden
