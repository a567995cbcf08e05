#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <unistd.h>
#include <utility>

#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/finding_filter.hpp"
#include "cli/history_reading.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/parse_until.hpp"
#include "cli/report/history_report.hpp"
#include "cli/report/output.hpp"
#include "support/json_member.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr const char* history_examples = R"(
Prints what happened, the oldest first: findings that opened, changed and
resolved, actors that became known, what the quarantine and lockdown did,
acknowledgements, reloads, messages that sinks took. Times are in UTC, and in
local time where that differs.

Asks the running daemon. If that does not answer, reads the state file, and says
as of when. --since takes a span (2h, 3d), a day (2026-12-01, from its beginning
in UTC) or a time (2026-12-01T08:00:00Z); so does --until, and means the end of
a day.

Examples:
  trunkwarden history --since 2h
  trunkwarden history --incident i-3b1c9a70d2e4
  trunkwarden history --account production --resource ips --since 2026-12-01
  trunkwarden history --since 2026-11-27 --until 2026-11-28T06:00:00Z
  trunkwarden history --since 1d --output=json
)";

struct history_options {
    std::string account;
    std::string resource;
    std::string incident;  // or its beginning
    std::string since;
    std::string until;
    std::size_t limit = 500;

    void add_to(CLI::App& app)
    {
        constexpr std::size_t most = 100'000;
        app.add_option("--account", account, "Only of this account");
        app.add_option("--resource", resource, "Only about this resource");
        app.add_option("--incident", incident, "Only of this incident");
        app.add_option("--since", since, "Only what happened since then");
        app.add_option("--until", until, "Only what happened before then");
        app.add_option("--limit", limit, "The newest so many events (500)")
            ->check(CLI::Range(std::size_t{1}, most));
    }
};

std::vector<std::string> words_in(const std::string& written)
{
    return written.empty() ? std::vector<std::string>{} : std::vector{written};
}

// Fails with bad_usage; the sentence says which words there are.
result<history_selection> selection_of(const history_options& given, time_point now)
{
    const auto filter = parse_filter({.accounts = words_in(given.account),
                                      .resources = words_in(given.resource),
                                      .incidents = words_in(given.incident)},
                                     now);
    if (!filter)
        return filter.error();
    const auto period = parse_period(given.since, given.until, now);
    if (!period)
        return period.error();
    const auto account = given.account.empty() ? std::nullopt : std::optional(given.account);
    return history_selection{.since = period->from,
                             .account = account,
                             .resource = given.resource,
                             .incident = given.incident,
                             .most = given.limit,
                             .before = period->to ? before_moment(*period->to) : std::string()};
}

// An account that was removed from the settings still has a history.
std::optional<failure> unknown_account(const json::object& history, const std::string& account,
                                       const settings& configured)
{
    if (account.empty() || !objects_at(history, "events").empty())
        return std::nullopt;
    known_names known;
    known.add(configured.accounts);
    return unknown_name({.accounts = {account}}, known);
}

int print_history(const history_options& given, const common_options& common)
{
    const auto configured = read_leniently(common);
    const auto chosen = selection_of(given, std::chrono::system_clock::now());
    if (!chosen)
        return fail(chosen.error().message);
    const auto history = read_history(
        *chosen, configured, [](const failure& why) { print_remark("trunkwarden: {}\n", why.message); });
    if (!history)
        return fail(history.error().message);
    if (const auto unknown = unknown_account(*history, given.account, configured))
        return fail(unknown->message);
    if (common.output == output_format::json)
        print_result("{}\n", json::serialize(*history));
    else
        print_result("{}", history_text(*history, layout_of(STDOUT_FILENO)));
    return 0;
}

}  // namespace

const command_spec history_command{.name = "history",
                                   .help = "Print what happened, when and by whom",
                                   .examples = history_examples,
                                   .add_options = with_options<history_options, print_history>,
                                   .when_long = long_output::paged};

}  // namespace trunkwarden
