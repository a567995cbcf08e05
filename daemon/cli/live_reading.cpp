#include "cli/live_reading.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <utility>

#include "cli/reading_progress.hpp"
#include "support/async/run_all.hpp"
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
    for (const auto& one : accounts)
        work.push_back(check_account(*one));
    co_await run_all(std::move(work));
}

// Connections belong to the io_context, and listeners are told while they live: accounts outlive both.
struct disconnecting {
    account_list& accounts;
    explicit disconnecting(account_list& from) : accounts(from) {}
    disconnecting(const disconnecting&) = delete;
    disconnecting& operator=(const disconnecting&) = delete;
    ~disconnecting()
    {
        for (auto& one : accounts) {
            one->io.api.reset();
            one->io.listener = nullptr;
        }
    }
};

}  // namespace

result<void> read_accounts(account_list& accounts, std::vector<secret> keys)
{
    asio::io_context io(1);
    std::size_t lists = 0;
    for (const auto& one : accounts)
        lists += one->view.lists.size();
    reading_progress progress(lists);
    const disconnecting at_the_end{accounts};
    for (std::size_t at = 0; at < accounts.size(); ++at)
        if (const auto connected = connect(*accounts[at], std::move(keys[at]), progress); !connected)
            return connected.error();

    asio::co_spawn(io, check_all(accounts), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    io.run();
    progress.done();
    return {};
}

}  // namespace trunkwarden
