#include "cli/check_accounts.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

#include "cli/connected_accounts.hpp"
#include "cli/reading_progress.hpp"
#include "support/async/run_all.hpp"
#include "support/async/run_to_end.hpp"
#include "watch/organization_check.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

task<> check_account(account& watched)
{
    co_await check_organization(watched);
    if (watched.view.organization.is != organization_check::verdict::refused)
        co_await sweep(watched);
}

task<> check_all(const account_list& accounts)
{
    std::vector<task<>> work;
    for (const auto& account : accounts)
        work.push_back(check_account(*account));
    co_await run_all(std::move(work));
}

}  // namespace

result<void> check_accounts(account_list& accounts, std::vector<secret> keys)
{
    asio::io_context io(1);
    std::size_t lists = 0;
    for (const auto& account : accounts)
        lists += account->view.lists.size();
    reading_progress progress(lists);
    connected_accounts connections;
    for (std::size_t at = 0; at < accounts.size(); ++at)
        if (const auto connected = connections.connect(*accounts[at], std::move(keys[at]), progress);
            !connected)
            return connected.error();

    run_to_end(io, check_all(accounts));
    progress.done();
    return {};
}

}  // namespace trunkwarden
