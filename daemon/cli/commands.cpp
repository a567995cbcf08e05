#include "cli/commands.hpp"

#include <array>
#include <cstdio>
#include <fmt/format.h>

#include "cli/loading.hpp"
#include "cli/resource_list.hpp"
#include "daemon.hpp"

namespace trunkwarden {

int refuse(const std::vector<problem>& problems)
{
    for (const auto& one : problems)
        fmt::print(stderr, "{}\n", to_string(one));
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
    if (!files.problems.empty())
        return refuse(files);
    fmt::print("{} is valid: {} account{}\n", asked.config_file.string(), files.accounts.size(),
               files.accounts.size() == 1 ? "" : "s");
    for (const auto& ready : files.accounts) {
        std::size_t entries = 0;
        for (const auto& resource : ready.watched->trusted.resources)
            entries += resource.entries().size();
        fmt::print("{} is valid: account {}, {} entries\n", ready.watched->settings.baseline_file.string(),
                   ready.watched->settings.name, entries);
    }
    return 0;
}

int resources_command(const invocation& asked)
{
    fmt::print("{}", resource_list(asked.output));
    return 0;
}

namespace {

files_read_again read_again(const std::filesystem::path& config_file)
{
    auto files = load_files(config_file, when_distrusted::leave_out);
    files_read_again out{std::move(files.configured), {}, std::move(files.distrusted), {}};
    for (const auto& one : files.problems)
        out.problems += (out.problems.empty() ? "" : "\n") + to_string(one);
    for (auto& ready : files.accounts)
        out.baselines.push_back(
            {ready.watched->settings.name, std::move(ready.watched->trusted), std::move(ready.source)});
    return out;
}

}  // namespace

int run_command(const invocation& asked)
{
    logger log(asked.log);
    auto files = load_files(asked.config_file, when_distrusted::use_copy);
    if (!files.problems.empty())
        return refuse(files);
    for (const auto& warning : files.warnings)
        log.warn("settings", {{"warning", warning}});
    auto again = [file = asked.config_file] { return read_again(file); };
    return run_daemon(
        {std::move(files.configured), std::move(files.accounts), asked.sweeps, std::move(again)}, log);
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
                               row{command::config_schema, config_schema_command}};
    for (const auto& one : table)
        if (one.which == asked.which)
            return one.run(asked);
    return 1;
}

}  // namespace trunkwarden
