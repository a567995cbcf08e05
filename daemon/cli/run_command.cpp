#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <utility>

#include "cli/command_table.hpp"
#include "cli/proxy_report.hpp"
#include "cli/report/output.hpp"
#include "daemon.hpp"
#include "loading/loading.hpp"
#include "settings/referenced_files.hpp"
#include "support/digest.hpp"
#include "support/systemd_notifier.hpp"

namespace trunkwarden {
namespace {

constexpr const char* run_examples = R"(
Example:
  trunkwarden run --config.file=./trunkwarden.yml --log.level=debug
)";

struct run_options {
    std::optional<unsigned> sweeps;  // end after so many

    void add_to(CLI::App& app)
    {
        app.add_option("--sweeps", sweeps, "End after N sweeps of every list")
            ->check(CLI::Range(1U, 1'000'000U));
    }
};

files_reading read_again(const std::filesystem::path& config_file)
{
    auto files = load_files(config_file, on_untrusted::leave_out);
    files_reading out;
    out.skipped = std::move(files.skipped);
    files.configured.file = config_file;  // also when nothing in it could be read
    out.looked_at = files_of(files.configured);
    out.warnings = std::move(files.warnings);
    for (const auto& problem : files.problems)
        out.problems.push_back(to_string(problem));
    if (!out.problems.empty())
        return out;
    files_read_again valid{std::move(files.configured), {}};
    for (auto& ready : files.accounts) {
        account_read_again account;
        account.name = ready.watched->config.settings.name;
        account.trusted = std::exchange(ready.watched->config.baseline, {});
        account.baseline_error = ready.watched->config.baseline_error;
        account.ready = std::move(ready);
        valid.accounts.push_back(std::move(account));
    }
    out.valid = std::move(valid);
    return out;
}

// The digest of the files that were read; nothing when they may have changed meanwhile, so that the daemon
// reads them again.
std::optional<digest> digest_as_read(const settings& configured, time_point began)
{
    const auto files = files_of(configured);
    const auto as_read = digest_of(files);
    return may_have_changed_since(files, began) ? std::nullopt : std::optional(as_read);
}

// Prints one line for each problem: as it is for people, as a log line with its level for programs.
void tell_problems(const std::vector<problem>& problems, const log_options& options, logger& log)
{
    const bool for_people = options.format == log_format::logfmt && options.target == log_target::stream;
    for (const auto& problem : problems) {
        if (for_people)
            print_remark("{}\n", to_string(problem));
        else
            log.error("a file is not valid", {{"problem", to_string(problem)}});
    }
}

// Whether a person has to edit a file. A file that is missing or cannot be read may come back without an
// edit.
bool needs_an_edit(const std::vector<problem>& problems)
{
    return std::ranges::any_of(problems, [](const problem& problem) { return problem.at.line > 0; });
}

// EX_CONFIG of sysexits.h, for RestartPreventExitStatus= of the unit: systemd would start the daemon again
// and again with the same files. Without a service manager the exit code is 1, as for every error.
constexpr int not_to_be_restarted = 78;

int run_the_daemon(const run_options& given, const common_options& common)
{
    // A SIGHUP during the start must not end the daemon; it notices edits made meanwhile by the digest.
    std::signal(SIGHUP, SIG_IGN);
    logger log(common.log);
    const auto began = std::chrono::system_clock::now();
    auto files = load_files(common.config_file, on_untrusted::use_copy);
    tell_problems(files.problems, common.log, log);
    if (!files.problems.empty())
        return systemd_notifier::of_environment().is_there() && needs_an_edit(files.problems)
                   ? not_to_be_restarted
                   : 1;
    for (const auto& warning : files.warnings)
        log.warn("settings", {{"warning", warning}});
    if (const auto unused = unused_proxy(files.configured))
        log.warn("settings", {{"warning", *unused}});
    auto again = [file = common.config_file] { return read_again(file); };
    const auto as_read = digest_as_read(files.configured, began);
    return run_daemon(
        {std::move(files.configured), std::move(files.accounts), given.sweeps, std::move(again), as_read},
        log);
}

}  // namespace

const command_spec run_command{"run", "Watch every account, in the foreground", run_examples,
                               with_options<run_options, run_the_daemon>};

}  // namespace trunkwarden
