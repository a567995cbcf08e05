#include <cstdio>

#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/proxy_report.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"

namespace trunkwarden {
namespace {

constexpr const char* config_examples = R"(
Prints every problem as FILE:LINE:COLUMN: message.

Example:
  trunkwarden config check --config.file=./trunkwarden.yml
)";

int check_config(const common_options& common)
{
    const auto files = load_files(common.config_file);
    for (const auto& warning : files.warnings)
        print_remark("warning: {}\n", warning);
    if (files.problems.empty() && files.configured.alerts.sinks.empty())
        print_remark(
            "warning: no alerts are sent: alerts.sinks in {} is empty, so findings only go to the log\n",
            common.config_file.string());
    if (!files.problems.empty())
        return print_problems(files.problems);
    if (const auto unused = unused_proxy(files.configured))
        print_remark("warning: {}\n", *unused);
    print_result("{} is valid: {} account{}\n", common.config_file.string(), files.accounts.size(),
                 files.accounts.size() == 1 ? "" : "s");
    for (const auto& ready : files.accounts) {
        std::size_t entries = 0;
        for (const auto& resource : ready.watched->config.baseline.resources)
            entries += resource.entries().size();
        print_result("{} is valid: account {}, {} entries\n",
                     ready.watched->config.settings.baseline_file.string(),
                     ready.watched->config.settings.name, entries);
    }
    return 0;
}

}  // namespace

const command_spec config_group{"config", "Check the settings, or print their schema", config_examples};

const command_spec config_check_command{"config check",
                                        "Validate settings, baselines and the files they name",
                                        config_examples, without_options<check_config>};

}  // namespace trunkwarden
