#include "reload/reload_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

baseline trusting(const std::string& entries)
{
    return parse_baseline("version: 1\n" + entries, "baseline.yml", catalogue).value;
}

class ReloadDiff : public testing::Test {
protected:
    void read(const std::string& account, const std::string& entries)
    {
        account_read_again out;
        out.name = account;
        out.trusted = trusting(entries);
        files.accounts.push_back(std::move(out));
    }
    void baseline_error(const std::string& account, const std::string& why)
    {
        account_read_again out;
        out.name = account;
        out.baseline_error = why;
        files.accounts.push_back(std::move(out));
    }
    reload_diff compared() const { return diff(in_force, {{"production", &known}}, files); }
    std::string logged() const
    {
        std::ostringstream text;
        logger log{{}, text};
        log_changes(compared(), log);
        return text.str();
    }

    settings in_force;
    baseline known = trusting("");
    files_read_again files;
};

TEST_F(ReloadDiff, SaysThatNothingChanged)
{
    read("production", "");
    EXPECT_EQ(report_of(compared()),
              "the baseline of account production is unchanged, 0 entries\nnothing that is trusted changed");
    EXPECT_EQ(logged(), "");
}

TEST_F(ReloadDiff, NamesTheAccountOfEachChange)
{
    read("production", "ips:\n  - ip_address: 192.0.2.66\n");
    const auto changes = compared();
    ASSERT_EQ(changes.accounts.size(), 1U);
    EXPECT_FALSE(changes.accounts[0].baseline.empty());
    EXPECT_THAT(report_of(changes), HasSubstr("\naccount production: "));
    EXPECT_THAT(logged(), HasSubstr("account=production"));
}

TEST_F(ReloadDiff, ComparesNothingForAnAccountThatIsNew)
{
    read("staging", "ips:\n  - ip_address: 192.0.2.66\n");
    EXPECT_TRUE(compared().accounts[0].baseline.empty());
    EXPECT_THAT(summary_of(compared()), "took the baseline of account staging, 1 entry");
}

TEST_F(ReloadDiff, SaysWhichBaselinesAreUnchanged)
{
    read("production", "");
    read("staging", "ips:\n  - ip_address: 192.0.2.66\n");
    EXPECT_EQ(summary_of(compared()),
              "the baseline of account production is unchanged, 0 entries; took the baseline of account "
              "staging, 1 entry");
}

TEST_F(ReloadDiff, ListsBaselinesThatAreNotTakenAndTheOthers)
{
    baseline_error("production", "no signature");
    read("staging", "");
    const auto changes = compared();
    EXPECT_THAT(baseline_errors_in(changes), ElementsAre("account production: no signature"));
    EXPECT_EQ(summary_of(changes), "took the baseline of account staging, 0 entries");
    EXPECT_THAT(report_of(changes),
                HasSubstr("account production: no signature; the current baseline stays"));
    EXPECT_THAT(logged(), HasSubstr("a baseline is rejected; the active one stays"));
}

TEST_F(ReloadDiff, ListsSettingsThatNeedARestart)
{
    files.configured.state_file = "elsewhere.db";
    EXPECT_EQ(compared().needs_restart.size(), 1U);
    EXPECT_THAT(report_of(compared()), HasSubstr("takes a restart"));
    EXPECT_THAT(logged(), HasSubstr("a setting takes a restart"));
}

TEST_F(ReloadDiff, CountsTheChangesThatItDoesNotList)
{
    std::string many = "ips:\n";
    for (int ip = 0; ip < 50; ++ip)
        many += "  - ip_address: 192.0.2." + std::to_string(ip) + "\n";
    read("production", many);
    const auto untold = compared().accounts[0].baseline.hidden();
    ASSERT_GT(untold, 0U);
    EXPECT_THAT(report_of(compared()),
                HasSubstr("account production: and " + std::to_string(untold) + " changes more"));
    EXPECT_THAT(logged(), HasSubstr("a reload makes more changes than are listed"));
}

}  // namespace
}  // namespace trunkwarden
