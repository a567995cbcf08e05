#include "cli/commands.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <optional>
#include <unistd.h>
#include <utility>

#include "cli/problem_text.hpp"
#include "cli/resource_list.hpp"
#include "daemon.hpp"
#include "loading/loading.hpp"
#include "settings/referenced_files.hpp"
#include "support/digest.hpp"
#include "support/service_manager.hpp"

namespace trunkwarden {

int refuse(const std::vector<problem>& problems)
{
    const auto style = styling_of(STDERR_FILENO);
    for (const auto& one : problems)
        fmt::print(stderr, "{}", problem_text(one, style));
    return 1;
}

int refuse(const loaded_files& files)
{
    return refuse(files.problems);
}

int complain(const std::string& what)
{
    fmt::print(stderr, "trunkwarden: {}\n", what);
    return 1;
}

int config_check_command(const invocation& asked)
{
    const auto files = load_files(asked.config_file);
    for (const auto& warning : files.warnings)
        fmt::print(stderr, "warning: {}\n", warning);
    if (files.problems.empty() && files.configured.alerts.sinks.empty())
        fmt::print(
            stderr,
            "warning: nobody is told of findings: alerts.sinks in {} is empty, so that they go to the log "
            "only\n",
            asked.config_file.string());
    if (!files.problems.empty())
        return refuse(files);
    fmt::print("{} is valid: {} account{}\n", asked.config_file.string(), files.accounts.size(),
               files.accounts.size() == 1 ? "" : "s");
    for (const auto& ready : files.accounts) {
        std::size_t entries = 0;
        for (const auto& resource : ready.watched->config.baseline.resources)
            entries += resource.entries().size();
        fmt::print("{} is valid: account {}, {} entries\n",
                   ready.watched->config.settings.baseline_file.string(), ready.watched->config.settings.name,
                   entries);
    }
    return 0;
}

int resources_command(const invocation& asked)
{
    fmt::print("{}", resource_list(asked.output));
    return 0;
}

namespace {

files_reading read_again(const std::filesystem::path& config_file)
{
    auto files = load_files(config_file, when_distrusted::leave_out);
    files_reading out;
    out.distrusted = std::move(files.distrusted);
    files.configured.file = config_file;  // also when nothing in it could be read
    out.looked_at = files_of(files.configured);
    out.warnings = std::move(files.warnings);
    for (const auto& one : files.problems)
        out.problems.push_back(to_string(one));
    if (!out.problems.empty())
        return out;
    files_read_again valid{std::move(files.configured), {}};
    for (auto& ready : files.accounts) {
        account_read_again one;
        one.name = ready.watched->config.settings.name;
        one.trusted = std::exchange(ready.watched->config.baseline, {});
        one.distrust = ready.watched->config.baseline_error;
        one.ready = std::move(ready);
        valid.accounts.push_back(std::move(one));
    }
    out.valid = std::move(valid);
    return out;
}

// Nothing when they may have changed while they were read: then they are read again.
std::optional<digest> digest_as_read(const settings& configured, time_point began)
{
    const auto files = files_of(configured);
    const auto as_read = digest_of(files);
    return may_have_changed_since(files, began) ? std::nullopt : std::optional(as_read);
}

// A line each. Unquoted for people; with its level where programs read on.
void tell_problems(const std::vector<problem>& problems, const log_options& how, logger& log)
{
    const bool for_people = how.format == log_format::logfmt && how.target == log_target::stream;
    for (const auto& one : problems) {
        if (for_people)
            fmt::print(stderr, "{}\n", to_string(one));
        else
            log.error("a file is not valid", {{"problem", to_string(one)}});
    }
}

// Whether a person has to change a text. A file that is not there, or cannot be read, may come back by
// itself.
bool needs_an_edit(const std::vector<problem>& problems)
{
    return std::ranges::any_of(problems, [](const problem& one) { return one.at.line > 0; });
}

// EX_CONFIG of sysexits.h, for RestartPreventExitStatus= of the unit: a service manager would start it again
// and again with the same files. Everybody else gets the 1 that every error gives.
constexpr int not_to_be_restarted = 78;

}  // namespace

int run_command(const invocation& asked)
{
    // One that comes while it starts must not end it; what was edited meanwhile is noticed by the digest.
    std::signal(SIGHUP, SIG_IGN);
    logger log(asked.log);
    const auto began = std::chrono::system_clock::now();
    auto files = load_files(asked.config_file, when_distrusted::use_copy);
    tell_problems(files.problems, asked.log, log);
    if (!files.problems.empty())
        return service_manager::of_environment().is_there() && needs_an_edit(files.problems)
                   ? not_to_be_restarted
                   : 1;
    for (const auto& warning : files.warnings)
        log.warn("settings", {{"warning", warning}});
    auto again = [file = asked.config_file] { return read_again(file); };
    const auto as_read = digest_as_read(files.configured, began);
    return run_daemon(
        {std::move(files.configured), std::move(files.accounts), asked.sweeps, std::move(again), as_read},
        log);
}

int carry_out(const invocation& asked)
{
    struct row {
        command which;
        int (*run)(const invocation&);
    };
    constexpr std::array table{row{command::run, run_command},
                               row{command::check, check_command},
                               row{command::config_check, config_check_command},
                               row{command::resources, resources_command},
                               row{command::findings, findings_command},
                               row{command::ack, ack_command},
                               row{command::unack, unack_command},
                               row{command::status, status_command},
                               row{command::reload, reload_command},
                               row{command::alerts_test, alerts_test_command},
                               row{command::baseline_capture, baseline_capture_command},
                               row{command::baseline_lint, baseline_lint_command},
                               row{command::baseline_accept, baseline_accept_command},
                               row{command::baseline_schema, baseline_schema_command},
                               row{command::config_schema, config_schema_command},
                               row{command::quarantine_list, quarantine_list_command},
                               row{command::quarantine_show, quarantine_show_command},
                               row{command::quarantine_approve, quarantine_order_command},
                               row{command::quarantine_reject, quarantine_order_command},
                               row{command::quarantine_undo, quarantine_order_command},
                               row{command::quarantine_freeze, quarantine_freeze_command},
                               row{command::quarantine_thaw, quarantine_freeze_command},
                               row{command::lockdown, lockdown_command},
                               row{command::init, init_command},
                               row{command::doctor, doctor_command}};
    for (const auto& one : table)
        if (one.which == asked.which)
            return one.run(asked);
    return 1;
}

}  // namespace trunkwarden
