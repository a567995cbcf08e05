#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/finding_filter.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/parse_until.hpp"
#include "cli/report/output.hpp"
#include "cli/report/period_report_forms.hpp"
#include "cli/report_reading.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr const char* report_examples = R"(
Sums up the history of a time: the changes in the accounts and who made them,
the acceptances of people and their reasons, the containments, the gaps of the
watch, the spending of each day, and how long it took until a receiver had the
message. For the weekly meeting, and for the insurer after an incident. A part
that is not known says so, and why.

Asks the running daemon. If that does not answer, reads the state file, and says
as of when. --since takes a span (7d), a day (2026-12-01, from its beginning in
UTC) or a time (2026-12-01T08:00:00Z); so does --until, and means the end of a
day.

Examples:
  trunkwarden report
  trunkwarden report --since 30d --account production
  trunkwarden report --since 2026-11-27 --until 2026-11-29 --output=json
  trunkwarden report --since 2026-12-01 --output=markdown > week.md
  trunkwarden report --since 7d --output=html > week.html
)";

struct report_options {
    std::string account;
    std::string since = "7d";
    std::string until;

    void add_to(CLI::App& app)
    {
        app.add_option("--account", account, "Only of this account");
        app.add_option("--since", since, "From then on")->capture_default_str();
        app.add_option("--until", until, "Until then, and not until now");
    }
};

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

// An account that was removed from the settings still has a history.
std::optional<failure> unknown_account_of(const std::string& account, const report_material& material,
                                          const settings& configured)
{
    if (account.empty())
        return std::nullopt;
    known_names known;
    known.add(configured.accounts);
    for (const auto& event : material.events)
        if (!event.account.empty())
            known.accounts.insert(event.account);
    return unknown_name({.accounts = {account}}, known);
}

int print_report(const report_options& given, const common_options& common)
{
    const auto configured = read_leniently(common);
    const auto now = std::chrono::system_clock::now();
    const auto times = parse_period(given.since, given.until, now);
    if (!times)
        return fail(times.error().message);
    report_period period{.from = times->from.value_or(earliest_time),
                         .to = times->to.value_or(now),
                         .account = given.account,
                         .is_over = times->to.has_value(),
                         .is_in_database = configured.database.is_set()};
    for (const auto& account : configured.accounts)
        if (given.account.empty() || account.name == given.account)
            period.accounts.push_back(account.name);
    const auto material = read_report_material(std::move(period), configured, [](const failure& why) {
        print_remark("trunkwarden: {}\n", why.message);
    });
    if (!material)
        return fail(material.error().message);
    if (const auto unknown = unknown_account_of(given.account, *material, configured))
        return fail(unknown->message);
    const auto report = sum_up(material->events, material->period, material->around);
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
