#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/findings_report.hpp"
#include "loading/loading.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {

// Reads the state file, so that it works while the daemon does not run.
int findings_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    auto findings = read_findings(files.value.state_file, asked.all);
    if (!findings)
        return complain(findings.error().what);
    if (asked.output == output_format::json) {
        fmt::print("{}", findings_report_json(std::move(*findings)));
        return 0;
    }
    auto actions = read_actions(files.value.state_file);
    if (!actions)
        return complain(actions.error().what);
    const auto now = std::chrono::system_clock::now();
    const auto how = layout_of(STDOUT_FILENO);
    fmt::print("{}", undo_report_text(*findings, std::move(*actions), now, how));
    fmt::print("{}", findings_report_text(std::move(*findings), now, how));
    return 0;
}

}  // namespace trunkwarden
