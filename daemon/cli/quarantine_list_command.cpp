#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <unistd.h>

#include "cli/action_filter.hpp"
#include "cli/action_report.hpp"
#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/filter_options.hpp"
#include "cli/id_lookup.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/report/output.hpp"
#include "cli/report/quarantine_report.hpp"
#include "state/history_event.hpp"
#include "support/json_member.hpp"
#include "support/plural.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr const char* list_examples = R"(
Lists the actions that the quarantine took, would have taken, or waits to take.
Asks the running daemon. An ID is that of an action, or that of a finding, for
the actions planned about it. IDs may be cut short to 6 digits where that names
one.

--severity means this severity and heavier. The other filters may be given
several times, or with commas between their words: one of them is enough. Kind
and incident are those of the action's finding, and are known while that is
open. --since is about what was planned, decided or ended since then, and takes
a span (2h, 3d), a day (2026-12-01, from its beginning in UTC) or a time
(2026-12-01T08:00:00Z). With IDs or filters, all actions are read.

Examples:
  trunkwarden quarantine list
  trunkwarden quarantine list --account production --since 2h
  trunkwarden quarantine list f-3b1c9a --all
  trunkwarden quarantine list --output=json
)";

struct list_options {
    bool all = false;  // also actions that are over
    std::optional<std::size_t> limit;
    std::vector<std::string> ids;  // of actions or findings, or their beginnings
    written_filter filter;

    bool chooses() const { return !ids.empty() || !filter.is_empty(); }

    void add_to(CLI::App& app)
    {
        app.add_option("ID", ids, "Only these actions, or those about these findings");
        app.add_flag("--all", all, "Also what is over or was only planned");
        app.add_option("--limit", limit,
                       "Read so many actions at most: first those that have not ended, then the "
                       "newest; else 200")
            ->check(CLI::Range(1U, 1'000'000U));
        add_filter_options(app, filter);
    }
};

result<std::string> id_meant_by(const std::string& written, const json::object& report,
                                const json::value& findings, const known_names& known)
{
    auto meant = split_state(written);
    if (!meant)
        return meant.error();
    const bool is_finding = meant->id.starts_with("f-");
    const auto kind = is_finding ? id_kind::finding : id_kind::action;
    const auto extent = extent_of_id(meant->id, kind);
    if (!extent) {
        const auto option = option_for_word(written, {known.accounts.begin(), known.accounts.end()});
        return option.empty() ? extent.error() : bad_usage("{} is no id; {}", quoted_text(written), option);
    }
    if (*extent == id_extent::whole)
        return std::move(meant->id);
    return look_up_id(meant->id, is_finding ? findings : report.at("actions"), kind);
}

// The whole ids of actions and findings that are in the report or open.
result<std::vector<std::string>> ids_meant_by(const std::vector<std::string>& written,
                                              const json::object& report, const json::value& findings,
                                              const known_names& known)
{
    std::vector<std::string> out;
    out.reserve(written.size());
    for (const auto& named : written) {
        auto id = id_meant_by(named, report, findings, known);
        if (!id)
            return id.error();
        out.push_back(*std::move(id));
    }
    return out;
}

// Leaves what was asked for. Returns the exit code: 1 when an id names nothing.
result<int> choose(json::object& report, const list_options& given, const settings& configured)
{
    const auto filter = parse_filter(given.filter, std::chrono::system_clock::now());
    if (!filter)
        return filter.error();
    const auto findings = ask_api(configured.control_socket, {"GET", "/api/v1/findings", ""});
    if (!findings)
        return findings.error();
    auto known = names_in(report, *findings);
    known.add(configured.accounts);
    if (auto unknown = unknown_name(*filter, known))
        return *std::move(unknown);
    const auto ids = ids_meant_by(given.ids, report, *findings, known);
    if (!ids)
        return ids.error();
    if (const auto not_known = filter_actions(report, *filter, *findings); not_known > 0)
        print_remark(
            "trunkwarden: {} left out, because kind, incident or time of it is not known: its finding is over, "
            "or it was never planned\n",
            plural(not_known, "step"));
    if (ids->empty())
        return 0;
    const auto missing = ids_without_action(report, *ids);
    for (const auto& id : missing)
        fail(fmt::format("there is no action {} {}: \"trunkwarden quarantine list --all\" lists them",
                         id.starts_with("f-") ? "about" : "with the id", id));
    choose_actions(report, *ids);
    return missing.empty() ? 0 : 1;
}

// The newest steps of a lockdown, as the history has them: they are no actions of the quarantine. None when
// it cannot be asked, which is said.
json::array lockdown_steps_in(const settings& configured)
{
    constexpr std::size_t most = 50;
    json::array out;
    const auto history = ask_api(configured.control_socket, {"GET", "/api/v1/history?limit=1000", ""});
    if (!history || !history->is_object()) {
        print_remark("trunkwarden: the steps of lockdown are not shown: {}\n",
                     history ? "the answer is no object" : history.error().message);
        return out;
    }
    for (const auto* event : objects_at(history->get_object(), "events"))
        if (string_at(*event, "kind") == name_of(history_kind::lockdown))
            out.push_back(*event);
    if (out.size() > most)
        out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(most));
    return out;
}

void print_lockdown_steps(const json::array& steps)
{
    if (steps.empty())
        return;
    print_result("\nSteps of lockdown, from the history; its report has the requests that take them back\n");
    for (const auto& step : steps)
        print_result("  {}  {}  {}\n", printable_at(step.get_object(), "at"),
                     printable_at(step.get_object(), "account"),
                     printable_at(step.get_object(), "sentence", 1000));
}

int list_actions(const list_options& given, const common_options& common)
{
    const auto configured = read_leniently(common);
    constexpr std::size_t usual_limit = 200;
    constexpr auto no_limit = std::numeric_limits<std::size_t>::max();
    auto report = action_report_of(configured.control_socket,
                                   given.limit.value_or(given.chooses() ? no_limit : usual_limit));
    if (!report)
        return fail(report.error().message);
    const auto chosen = given.chooses() ? choose(*report, given, configured) : result<int>(0);
    if (!chosen)
        return fail(chosen.error().message);
    const auto steps = given.chooses() ? json::array() : lockdown_steps_in(configured);
    if (common.output == output_format::json) {
        (*report)["lockdown"] = steps;
        print_result("{}\n", json::serialize(*report));
        return *chosen;
    }
    const bool also_over = given.all || !given.ids.empty();
    print_result("{}", quarantine_list_text(*report, also_over ? actions_shown::all : actions_shown::current,
                                            std::chrono::system_clock::now(), layout_of(STDOUT_FILENO)));
    print_lockdown_steps(steps);
    return *chosen;
}

}  // namespace

const command_spec quarantine_list_command{.name = "quarantine list",
                                           .help = "Print actions: those that wait first",
                                           .examples = list_examples,
                                           .add_options = with_options<list_options, list_actions>,
                                           .when_long = long_output::paged};

}  // namespace trunkwarden
