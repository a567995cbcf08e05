#include <CLI/CLI.hpp>
#include <chrono>
#include <unistd.h>

#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/report/findings_report.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {
namespace {

constexpr const char* findings_examples = R"(
Reads the state file, so it works while the daemon does not run. By severity,
the newest first; before them, what the quarantine did in the last three days and
can still undo.

Examples:
  trunkwarden findings
  trunkwarden findings --all
  trunkwarden findings --output=json | jq -r '.[] | select(.severity == "critical") | .id'
)";

struct findings_options {
    bool all = false;  // resolved ones, too

    void add_to(CLI::App& app) { app.add_flag("--all", all, "Resolved ones, too"); }
};

int print_findings(const findings_options& given, const common_options& common)
{
    const auto files = load_settings(common.config_file);
    if (!files.problems.empty())
        return print_problems(files.problems);
    auto findings = read_findings(files.value.state_file, given.all);
    if (!findings)
        return fail(findings.error().what);
    if (common.output == output_format::json) {
        print_result("{}", findings_report_json(std::move(*findings)));
        return 0;
    }
    auto actions = read_actions(files.value.state_file);
    if (!actions)
        return fail(actions.error().what);
    const auto now = std::chrono::system_clock::now();
    const auto how = layout_of(STDOUT_FILENO);
    print_result("{}", undo_report_text(*findings, std::move(*actions), now, how));
    print_result("{}", findings_report_text(std::move(*findings), now, how));
    return 0;
}

}  // namespace

const command_spec findings_command{"findings", "Print open findings", findings_examples,
                                    with_options<findings_options, print_findings>};

}  // namespace trunkwarden
