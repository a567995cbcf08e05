#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/check_report.hpp"
#include "cli/commands.hpp"
#include "cli/live_reading.hpp"
#include "loading/loading.hpp"
#include "watch/restoring.hpp"

namespace trunkwarden {
namespace {

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

    account_list accounts;
    std::vector<secret> keys;
    for (auto& ready : files.accounts) {
        accounts.push_back(std::move(ready.watched));
        keys.push_back(std::move(ready.key));
    }
    remember_secrets(files.configured.state_file, accounts);
    if (const auto read = read_accounts(accounts, std::move(keys)); !read)
        return complain(read.error().what);
    std::signal(SIGPIPE, SIG_DFL);  // a reader such as `head` that has seen enough ends us quietly

    bool refused = false;
    for (const auto& one : accounts)
        if (one->view.organization.is == organization_check::verdict::refused) {
            complain(fmt::format("account {}: {}", one->config.settings.name, one->view.organization.reason));
            refused = true;
        }
    fmt::print("{}", asked.output == output_format::json
                         ? check_report_json(accounts)
                         : check_report_text(accounts, styling_of(STDOUT_FILENO)));
    return refused ? 1 : check_exit_code(accounts);
}

}  // namespace trunkwarden
