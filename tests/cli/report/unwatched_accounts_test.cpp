#include "cli/report/unwatched_accounts.hpp"

#include <gmock/gmock.h>

#include "cli/report/check_report.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// An account whose list of managed accounts has two, and which itself is the managed account `own`.
std::unique_ptr<account> manager_of_two(const std::string& own)
{
    fakes::quiet_account with;
    with.answer("/managed_accounts",
                R"([{"id":"m-1","organization_name":"berlin"},{"id":"m-2","organization_name":"rom"}])");
    const auto list = std::ranges::find_if(
        with.watched->view.lists, [](const auto& polled) { return polled.from.path == "/managed_accounts"; });
    run(sweep_list(*with.watched, *list));
    run(sweep_list(*with.watched, *list));
    with.watched->config.settings.managed_account_id = own;
    with.watched->io.listener = nullptr;
    return std::move(with.watched);
}

TEST(UnwatchedAccounts, AreThoseThatNoAccountOfTheSettingsWatches)
{
    account_list accounts;
    accounts.push_back(manager_of_two(""));
    EXPECT_THAT(unwatched_accounts(accounts), ElementsAre(unwatched_account{"test", "m-1", "berlin"},
                                                          unwatched_account{"test", "m-2", "rom"}));
    EXPECT_EQ(names_of_accounts(unwatched_accounts(accounts)), "berlin (m-1), rom (m-2)");
    EXPECT_THAT(check_report_text(accounts, styling::off),
                HasSubstr("Not watched: 2 managed accounts: berlin (m-1)"));
    EXPECT_THAT(check_report_json(accounts),
                HasSubstr(R"("unwatched_managed_accounts":[{"account":"test","id":"m-1")"));
}

TEST(UnwatchedAccounts, LeaveOutTheOnesWithAnAccountOfTheirOwn)
{
    account_list accounts;
    accounts.push_back(manager_of_two(""));
    accounts.push_back(manager_of_two("m-1"));
    for (const auto& account : unwatched_accounts(accounts))
        EXPECT_EQ(account.id, "m-2");
}

TEST(UnwatchedAccounts, OfOneManagerAreThoseThatAreNotAmongTheWatched)
{
    const auto manager = manager_of_two("");
    EXPECT_THAT(unwatched_accounts(*manager, {"m-1"}), ElementsAre(unwatched_account{"test", "m-2", "rom"}));
    EXPECT_THAT(unwatched_accounts(*manager, {"m-1", "m-2"}), IsEmpty());
}

TEST(UnwatchedAccounts, AreNoneWhereThereIsNoManagedAccount)
{
    account_list accounts;
    fakes::quiet_account with;
    accounts.push_back(std::move(with.watched));
    EXPECT_THAT(unwatched_accounts(accounts), IsEmpty());
}

}  // namespace
}  // namespace trunkwarden
