#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/finding_filter.hpp"
#include "cli/history_reading.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/report/output.hpp"
#include "cli/report/period_report_forms.hpp"
#include "findings/finding_json.hpp"
#include "state/state_file.hpp"
#include "support/json_member.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr const char* report_examples = R"(
Sums up the history of a time: the changes in the accounts and who made them,
the acceptances of people, the containments, the gaps of the watch, and how long
it took until a receiver had the message. For the weekly meeting, and for the
insurer after an incident.

Asks the running daemon. If that does not answer, reads the state file, and says
as of when. --since takes a span (7d), a day (2026-12-01, from its beginning in
UTC) or a time (2026-12-01T08:00:00Z).

Examples:
  trunkwarden report
  trunkwarden report --since 30d --account production
  trunkwarden report --since 2026-12-01 --output=markdown > week.md
  trunkwarden report --since 7d --output=html > week.html
)";

// So many events are read, the newest: some weeks of a busy account.
constexpr std::size_t most_events = 100'000;

struct report_options {
    std::string account;
    std::string since = "7d";

    void add_to(CLI::App& app)
    {
        app.add_option("--account", account, "Only of this account");
        app.add_option("--since", since, "From then until now")->capture_default_str();
    }
};

// The part of the history that is of a period.
struct period_history {
    std::vector<history_event> events;  // the oldest first
    report_period period;
};

// Adds a part of the history, and its remarks about itself.
void add_part(period_history& out, const json::object& part)
{
    auto& period = out.period;
    if (string_at(part, "source") == "state_file") {
        period.by_state_file = true;
        period.to = std::min(period.to, parse_time(string_at(part, "as_of")).value_or(period.to));
    }
    if (const auto trouble = string_at(part, "trouble"); !period.trouble && !trouble.empty())
        period.trouble = trouble;
    auto events = events_of(part);
    if (!string_at(part, "earlier").empty() && !events.empty())
        period.known_from = std::max(period.known_from.value_or(events.front().at), events.front().at);
    std::ranges::move(events, std::back_inserter(out.events));
    std::ranges::stable_sort(out.events, {}, &history_event::at);
}

// Of one account: its own events and those of no account, which say when the daemon did not run.
result<period_history> read_period(const report_period& period, const settings& configured)
{
    period_history out{{}, period};
    history_selection chosen{.since = period.from, .most = most_events};
    if (!period.account.empty())
        chosen.account = period.account;
    bool is_explained = false;
    const auto explain = [&is_explained](const failure& why) {
        if (!std::exchange(is_explained, true))
            print_remark("trunkwarden: {}\n", why.message);
    };
    for (bool more = true; more;) {
        const auto part = read_history(chosen, configured, explain);
        if (!part)
            return part.error();
        add_part(out, *part);
        more = chosen.account.has_value() && !chosen.account->empty();
        chosen.account = "";
    }
    return out;
}

// Fails as the history does.
result<std::vector<history_event>> read_daemon_before(const report_period& period, const settings& configured)
{
    constexpr std::size_t most = 1'000;  // of a kind that nobody in the account can make
    const history_selection chosen{.account = "", .most = most, .before = before_moment(period.from)};
    const auto part = period.by_state_file ? read_kept_history(chosen, configured)
                                           : read_history(chosen, configured, [](const failure&) {});
    if (!part)
        return part.error();
    return events_of(*part);
}

result<std::vector<open_finding_record>> read_open_findings(const report_period& period,
                                                            const settings& configured)
{
    if (!period.by_state_file) {
        const auto told = ask_api(configured.control_socket, {"GET", "/api/v1/findings", ""});
        if (!told)
            return told.error();
        if (!told->is_array())
            return failure{errc::not_understood, "the daemon's findings are not understood"};
        return open_findings_of(told->get_array());
    }
    const auto kept = read_findings(configured, false);
    if (!kept)
        return kept.error();
    json::array said;
    for (const auto& each : *kept)
        said.push_back(to_json(each));
    return open_findings_of(said);
}

around_the_period read_around(const report_period& period, const settings& configured)
{
    around_the_period out;
    auto daemon = read_daemon_before(period, configured);
    if (daemon)
        out.daemon = *std::move(daemon);
    else
        out.trouble = daemon.error().message;
    auto open = read_open_findings(period, configured);
    if (open)
        out.open = *std::move(open);
    else
        out.trouble = open.error().message;
    return out;
}

std::string written_report(const period_report& report, output_format output)
{
    switch (output) {
        case output_format::json:
            return json::serialize(period_report_json(report)) + '\n';
        case output_format::markdown:
            return document_markdown(document_of(report));
        case output_format::html:
            return document_html(document_of(report));
        case output_format::ocsf:  // of other commands
        case output_format::text:
            break;
    }
    return document_text(document_of(report), layout_of(STDOUT_FILENO));
}

int print_report(const report_options& given, const common_options& common)
{
    const auto configured = read_leniently(common);
    const auto now = std::chrono::system_clock::now();
    written_filter written;
    written.since = given.since;
    const auto filter = parse_filter(written, now);
    if (!filter)
        return fail(filter.error().message);
    const report_period period{.from = *filter->since, .to = now, .account = given.account};
    const auto history = read_period(period, configured);
    if (!history)
        return fail(history.error().message);
    known_names known;
    known.add(configured.accounts);
    // An account that was removed from the settings still has a history.
    for (const auto& event : history->events)
        if (!event.account.empty())
            known.accounts.insert(event.account);
    if (!given.account.empty())
        if (const auto unknown = unknown_name({.accounts = {given.account}}, known))
            return fail(unknown->message);
    const auto around = read_around(history->period, configured);
    const auto report = sum_up(history->events, history->period, around);
    print_result("{}", written_report(report, common.output));
    return 0;
}

}  // namespace

const command_spec report_command{.name = "report",
                                  .help = "Sum up a time: the changes, who made them, and the actions",
                                  .examples = report_examples,
                                  .add_options = with_options<report_options, print_report>,
                                  .more_outputs = " markdown html ",
                                  .when_long = long_output::paged};

}  // namespace trunkwarden
