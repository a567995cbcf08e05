#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <unistd.h>
#include <utility>

#include "cli/chosen_findings.hpp"
#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/filter_options.hpp"
#include "cli/findings_reading.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/report/findings_report.hpp"
#include "cli/report/output.hpp"

namespace trunkwarden {
namespace {

constexpr const char* findings_examples = R"(
Asks the running daemon. If that does not answer, reads the state file, and says
as of when. Findings of one incident, and severe ones that opened within a
quarter of an hour, stand together with a line each, in the order in which to
deal with them; then by severity, the newest first. Before them, what the
quarantine did in the last three days and can still undo. With IDs, all about
those findings, resolved ones too; only the state file has these, which is
root's.

--severity means this severity and heavier. The other filters may be given
several times, or with commas between their words: one of them is enough.
--since is about what began, changed or ended since then, and takes a span (2h,
3d), a day (2026-12-01, from its beginning in UTC) or a time
(2026-12-01T08:00:00Z).

Examples:
  trunkwarden findings
  trunkwarden findings f-3b1c9a70d2e4
  trunkwarden findings --severity high --account production
  trunkwarden findings --kind unknown,changed --since 2h
  trunkwarden findings --all
  trunkwarden findings --severity critical --output=json
  trunkwarden findings --all --output=ocsf         for a SIEM
)";

struct findings_options {
    bool all = false;  // resolved ones, too
    std::vector<std::string> ids;
    written_filter filter;

    void add_to(CLI::App& app)
    {
        app.add_option("ID", ids, "Only these, and all about each");
        app.add_flag("--all", all, "Resolved ones, too");
        add_filter_options(app, filter);
    }
};

known_names names_known(const kept_findings& kept)
{
    known_names out;
    out.accounts.insert(kept.accounts.begin(), kept.accounts.end());
    out.add(kept.findings);
    return out;
}

void remark_on_source(const std::string& sentence)
{
    print_remark("trunkwarden: {}\n", sentence);
}

bool is_for_programs(output_format output)
{
    return output != output_format::text;
}

std::string written_findings(std::vector<finding> shown, time_point now, const settings& configured,
                             output_format output)
{
    return output == output_format::ocsf ? findings_report_ocsf(std::move(shown), now, configured.links)
                                         : findings_report_json(std::move(shown), configured.links);
}

// The findings that were named. Returns the exit code.
int print_chosen(const findings_options& given, const settings& configured, output_format output)
{
    const auto kept = read_findings_first_hand(configured, true, remark_on_source);
    if (!kept)
        return fail(kept.error().message);
    auto chosen = choose_findings(kept->findings, given.ids, kept->accounts);
    for (const auto& remark : chosen.remarks)
        print_remark("trunkwarden: {}\n", remark);
    const auto now = std::chrono::system_clock::now();
    if (is_for_programs(output))
        print_result("{}", written_findings(std::move(chosen.found), now, configured, output));
    else
        for (const auto& finding : chosen.found)
            print_result("{}", finding_text(finding, now, layout_of(STDOUT_FILENO), configured.links));
    flush_result();
    for (const auto& problem : chosen.problems)
        fail(problem);
    return chosen.problems.empty() ? 0 : 1;
}

std::size_t count_open(const std::vector<finding>& findings)
{
    return static_cast<std::size_t>(std::ranges::count(findings, finding_status::open, &finding::status));
}

// All that pass. Returns the exit code.
int print_filtered(const findings_options& given, const settings& configured, output_format output)
{
    const auto now = std::chrono::system_clock::now();
    const auto filter = parse_filter(given.filter, now);
    if (!filter)
        return fail(filter.error().message);
    const bool names_something = !filter->accounts.empty() || !filter->incidents.empty();
    auto kept = read_findings_first_hand(configured, given.all || names_something, remark_on_source);
    if (!kept)
        return fail(kept.error().message);
    if (const auto unknown = unknown_name(*filter, names_known(*kept)))
        return fail(unknown->message);
    if (!given.all)
        std::erase_if(kept->findings, [](const finding& f) { return f.status == finding_status::resolved; });
    std::vector<finding> shown;
    std::ranges::copy_if(kept->findings, std::back_inserter(shown),
                         [&filter](const finding& f) { return passes(*filter, f); });
    if (is_for_programs(output)) {
        print_result("{}", written_findings(std::move(shown), now, configured, output));
        return 0;
    }
    std::erase_if(kept->actions, [&filter](const action& action) {
        return judge_by_filter(*filter, filtered_object_of(action)) != filter_verdict::passes;
    });
    const auto layout = layout_of(STDOUT_FILENO);
    print_result("{}", undo_report_text(kept->findings, std::move(kept->actions), now, layout));
    const auto first = first_steps_text(shown, layout, configured.links);
    const left_by_filter left{!given.filter.is_empty(), count_open(kept->findings) - count_open(shown)};
    print_result("{}", findings_report_text(std::move(shown), now, layout, left));
    if (!first.empty())
        print_result("{}", first);
    return 0;
}

int print_findings(const findings_options& given, const common_options& common)
{
    const auto configured = read_leniently(common);
    if (given.ids.empty())
        return print_filtered(given, configured, common.output);
    if (!given.filter.is_empty())
        return fail(
            "IDs name findings, and filters would not apply to them: leave the filters out, or the IDs");
    return print_chosen(given, configured, common.output);
}

}  // namespace

const command_spec findings_command{.name = "findings",
                                    .help = "Print open findings",
                                    .examples = findings_examples,
                                    .add_options = with_options<findings_options, print_findings>,
                                    .more_outputs = " ocsf ",
                                    .when_long = long_output::paged};

}  // namespace trunkwarden
