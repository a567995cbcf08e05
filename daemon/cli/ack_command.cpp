#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fmt/format.h>

#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/id_lookup.hpp"
#include "cli/parse_until.hpp"
#include "cli/report/output.hpp"
#include "findings/finding_state.hpp"
#include "loading/loading.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"

// `ack` and `unack`: the daemon changes what it knows about a finding.

namespace trunkwarden {
namespace {

namespace json = boost::json;
using std::filesystem::path;

constexpr const char* ack_examples = R"(
Stops the reminders for a finding; it stays in the list. ID is the finding with
the state that you looked at, as messages and "trunkwarden findings" print it: a
finding that is in another state by now is refused. Without the state, only a
finding that did not change in the last 10 minutes is taken. The id may be cut
short to "f-" and 6 digits where that names one finding.

--until takes a span from now on (4h, 2d), a day (2026-12-01, to its end in UTC)
or a time (2026-12-01T08:00:00Z). The acknowledgement also ends when the finding
changes or resolves, and when the object is there again after it was gone.

Examples:
  trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason "our new SBC, OPS-1234"
  trunkwarden ack f-3b1c9a --reason "carrier is looking into it" --until 4h
)";

constexpr const char* unack_examples = R"(
Example:
  trunkwarden unack f-3b1c9a
)";

struct ack_options {
    std::string id;  // of the finding, or its beginning; also with the state
    std::string reason;
    std::string until;  // as it was written; "": until the finding changes

    void add_to(CLI::App& app)
    {
        app.add_option("ID", id, "The finding, with its state")->required();
        app.add_option("--reason", reason, "Why: it is shown with the finding")->required();
        app.add_option("--until", until, "When reminders start again");
    }
};

struct unack_options {
    std::string id;  // of the finding, or its beginning; a state does not matter

    void add_to(CLI::App& app) { app.add_option("ID", id, "The finding")->required(); }
};

// The daemon judges a whole id; the beginning of one is looked up in its list first.
result<std::string> id_meant_by(const std::string& written, const path& socket)
{
    const auto extent = extent_of_id(written);
    if (!extent)
        return extent.error();
    if (*extent == id_extent::whole)
        return written;
    const auto findings = ask_api(socket, {"GET", "/api/v1/findings", ""});
    if (!findings)
        return findings.error();
    return look_up_id(written, *findings);
}

result<json::value> change_finding(const std::string& id_or_beginning, const char* verb,
                                   const std::string& body, const path& socket)
{
    const auto id = id_meant_by(id_or_beginning, socket);
    if (!id)
        return id.error();
    return ask_api(socket, {"POST", fmt::format("/api/v1/findings/{}/{}", *id, verb), body});
}

int print_change(const result<json::value>& outcome, output_format output, std::string_view sentence)
{
    if (!outcome)
        return fail(outcome.error().what);
    if (!outcome->is_object())
        return fail("the daemon's answer is not understood");
    const auto& finding = outcome->get_object();
    if (output == output_format::json)
        print_result("{}\n", json::serialize(finding));
    else
        print_result("{}: {}\n{}\n",
                     id_with_state(printable_at(finding, "id"), printable_at(finding, "state")),
                     printable_at(finding, "title", 400), sentence);
    return 0;
}

int acknowledge(const ack_options& given, const common_options& common)
{
    const auto files = load_settings(common.config_file);
    if (!files.problems.empty())
        return print_problems(files.problems);
    const auto meant = split_state(given.id);
    if (!meant)
        return fail(meant.error().what);
    json::object body;
    body["state"] = meant->state.empty() ? json::value(nullptr) : json::value(view(meant->state));
    body["reason"] = view(given.reason);
    body["until"] = nullptr;
    std::string ends = "when it changes, resolves, or is there again after it was gone";
    if (!given.until.empty()) {
        const auto until = parse_until(given.until, std::chrono::system_clock::now());
        if (!until)
            return fail(until.error().what);
        ends = "at " + rfc3339(*until);
        body["until"] = view(rfc3339(*until));
    }
    return print_change(change_finding(meant->id, "ack", json::serialize(body), files.value.control_socket),
                        common.output, fmt::format("Acknowledged: no reminders. This ends {}.", ends));
}

int take_acknowledgement_back(const unack_options& given, const common_options& common)
{
    const auto files = load_settings(common.config_file);
    if (!files.problems.empty())
        return print_problems(files.problems);
    const auto meant = split_state(given.id);
    if (!meant)
        return fail(meant.error().what);
    return print_change(change_finding(meant->id, "unack", "{}", files.value.control_socket), common.output,
                        "Open again: reminders start again.");
}

}  // namespace

const command_spec ack_command{"ack", "Stop reminders for a finding", ack_examples,
                               with_options<ack_options, acknowledge>};

const command_spec unack_command{"unack", "Take an acknowledgement back", unack_examples,
                                 with_options<unack_options, take_acknowledgement_back>};

}  // namespace trunkwarden
