#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/check_report.hpp"
#include "cli/commands.hpp"
#include "cli/loading.hpp"
#include "cli/reading_progress.hpp"
#include "cycle.hpp"
#include "organization.hpp"
#include "restoring.hpp"
#include "support/run_all.hpp"

namespace trunkwarden {
namespace {

task<> check_account(account& watched)
{
    co_await check_organization(watched);
    if (watched.organization.is != organization_check::verdict::refused)
        co_await sweep(watched);
}

task<> check_all(const account_list& accounts)
{
    std::vector<task<>> work;
    for (const auto& one : accounts)
        work.push_back(check_account(*one));
    co_await run_all(std::move(work));
}

// Only with the fingerprints that the daemon keeps can it be told that a secret is another one.
void remember_secrets(const std::filesystem::path& state_file, account_list& accounts)
{
    if (const auto kept = read_secrets(state_file))
        for (auto& one : accounts)
            restore_secrets(*one, *kept);
}

}  // namespace

int check_command(const invocation& asked)
{
    std::signal(SIGPIPE, SIG_IGN);
    auto files = load_files(asked.config_file);
    if (!files.problems.empty())
        return refuse(files);
    for (const auto& warning : files.warnings)
        fmt::print(stderr, "warning: {}\n", warning);

    asio::io_context io(1);
    account_list accounts;
    std::vector<secret> keys;
    for (auto& ready : files.accounts) {
        accounts.push_back(std::move(ready.watched));
        keys.push_back(std::move(ready.key));
    }
    remember_secrets(files.configured.state_file, accounts);
    std::size_t lists = 0;
    for (const auto& one : accounts)
        lists += one->lists.size();
    reading_progress progress(lists);
    for (std::size_t at = 0; at < accounts.size(); ++at)
        if (const auto connected = connect(*accounts[at], std::move(keys[at]), progress); !connected)
            return complain(connected.error().what);

    asio::co_spawn(io, check_all(accounts), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    io.run();
    progress.done();
    std::signal(SIGPIPE, SIG_DFL);  // a reader such as `head` that has seen enough ends us quietly

    bool refused = false;
    for (const auto& one : accounts)
        if (one->organization.is == organization_check::verdict::refused) {
            complain(fmt::format("account {}: {}", one->settings.name, one->organization.reason));
            refused = true;
        }
    fmt::print("{}", asked.output == output_format::json
                         ? check_report_json(accounts)
                         : check_report_text(accounts, styling_of(STDOUT_FILENO)));
    return refused ? 1 : check_exit_code(accounts);
}

}  // namespace trunkwarden
