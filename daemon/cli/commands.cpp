#include "cli/commands.hpp"

#include <array>
#include <cstdio>
#include <fmt/format.h>

#include "cli/loading.hpp"
#include "cli/resource_list.hpp"
#include "daemon.hpp"

namespace trunkwarden {

int refuse(const loaded_files& files)
{
    for (const auto& one : files.problems)
        fmt::print(stderr, "{}\n", to_string(one));
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

int run_command(const invocation& asked)
{
    logger log(asked.log);
    auto files = load_files(asked.config_file);
    if (!files.problems.empty())
        return refuse(files);
    for (const auto& warning : files.warnings)
        log.warn("settings", {{"warning", warning}});
    return run_daemon({std::move(files.configured), std::move(files.accounts), asked.sweeps}, log);
}

int carry_out(const invocation& asked)
{
    struct row {
        command which;
        int (*run)(const invocation&);
    };
    constexpr std::array<row, 5> table{{{command::run, run_command},
                                        {command::check, check_command},
                                        {command::config_check, config_check_command},
                                        {command::resources, resources_command},
                                        {command::alerts_test, alerts_test_command}}};
    for (const auto& one : table)
        if (one.which == asked.which)
            return one.run(asked);
    return 1;
}

}  // namespace trunkwarden
