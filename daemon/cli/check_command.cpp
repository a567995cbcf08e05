#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/check_accounts.hpp"
#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/proxy_report.hpp"
#include "cli/report/check_report.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"
#include "watch/state_restore.hpp"

namespace trunkwarden {
namespace {

constexpr int incomplete = 4;  // in the exit code

constexpr const char* check_examples = R"(
Sends nothing, changes nothing, writes no state. Exit code: 0 clean, 2 findings,
4 incomplete, 6 both, 1 an error.

Examples:
  trunkwarden check
  trunkwarden check --output=json > report.json
)";

// Changed secrets show only beside the fingerprints that the daemon keeps in its state file.
void remember_secrets(const state_place& state, account_list& accounts)
{
    if (const auto kept = read_secrets(state))
        for (auto& account : accounts)
            restore_secrets(*account, *kept);
}

std::string written_check(const account_list& accounts, const link_settings& links, output_format output)
{
    if (output == output_format::json)
        return check_report_json(accounts, links);
    if (output == output_format::ocsf)
        return check_report_ocsf(accounts, std::chrono::system_clock::now(), links);
    return fitted_for(STDOUT_FILENO, check_report_text(accounts, styling_of(STDOUT_FILENO)));
}

int check_every_account(const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    auto files = load_files(common.config_file);
    if (!files.problems.empty())
        return print_problems(files.problems);
    for (const auto& warning : files.warnings)
        print_remark("warning: {}\n", warning);
    if (const auto unused = unused_proxy(files.configured))
        print_remark("warning: {}\n", *unused);

    account_list accounts;
    std::vector<secret> keys;
    for (auto& ready : files.accounts) {
        accounts.push_back(std::move(ready.watched));
        keys.push_back(std::move(ready.key));
    }
    remember_secrets(files.configured, accounts);
    if (const auto read = check_accounts(accounts, std::move(keys)); !read)
        return fail(read.error().message);
    std::signal(SIGPIPE, SIG_DFL);  // a reader such as `head` that has seen enough ends us quietly

    bool refused = false;
    for (const auto& account : accounts)
        if (account->view.organization.is == organization_check::verdict::refused) {
            fail(fmt::format("account {}: {}", account->config.settings.name,
                             account->view.organization.reason));
            refused = true;
        }
    print_result("{}", written_check(accounts, files.configured.links, common.output));
    if (common.output == output_format::ocsf && (check_exit_code(accounts) & incomplete) != 0)
        print_remark("trunkwarden: not everything could be read: \"trunkwarden check\" says what, and why\n");
    return refused ? 1 : check_exit_code(accounts);
}

}  // namespace

const command_spec check_command{.name = "check",
                                 .help = "Read every account once; print findings and coverage",
                                 .examples = check_examples,
                                 .add_options = without_options<check_every_account>,
                                 .more_outputs = " ocsf ",
                                 .when_long = long_output::paged};

}  // namespace trunkwarden
