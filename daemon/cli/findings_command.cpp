#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/findings_report.hpp"
#include "cli/loading.hpp"
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
    fmt::print("{}", asked.output == output_format::json
                         ? findings_report_json(std::move(*findings))
                         : findings_report_text(std::move(*findings), std::chrono::system_clock::now(),
                                                layout_of(STDOUT_FILENO)));
    return 0;
}

}  // namespace trunkwarden
