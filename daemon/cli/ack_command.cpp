#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/finding_filter.hpp"
#include "cli/id_lookup.hpp"
#include "cli/incident_members.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/one_line.hpp"
#include "cli/parse_until.hpp"
#include "cli/prompts.hpp"
#include "cli/report/output.hpp"
#include "cli/report/terminal.hpp"
#include "findings/finding_state.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

// `ack` and `unack`: the daemon changes what it knows about findings, one after the other.

namespace trunkwarden {
namespace {

namespace json = boost::json;
using std::filesystem::path;

constexpr const char* ack_examples = R"(
Stops the reminders for findings; they stay in the list. ID is the finding with
the state that you looked at, as messages and "trunkwarden findings" print it: a
finding that is in another state by now is refused. Without the state, only a
finding that did not change in the last 10 minutes is taken. The id may be cut
short to "f-" and 6 digits where that names one finding.

--incident is about all open findings of an incident. On a terminal they are
shown first, and you are asked. Without a terminal, a finding that opened in the
last 10 minutes is not taken: nobody may have seen it yet.

Each finding is taken or refused for itself; the exit code is 1 if any was
refused.

--until takes a span from now on (4h, 2d), a day (2026-12-01, to its end in UTC)
or a time (2026-12-01T08:00:00Z). The acknowledgement also ends when the finding
changes or resolves, and when the object is there again after it was gone.

Examples:
  trunkwarden ack f-3b1c9a70d2e4.3fa9 --reason "our new SBC, OPS-1234"
  trunkwarden ack f-3b1c9a f-77aa01 --reason "carrier looks into it" --until 4h
  trunkwarden ack --incident i-3b1c9a70d2e4 --reason "lockdown is done"
)";

constexpr const char* unack_examples = R"(
Each finding is taken or refused for itself; the exit code is 1 if any was
refused.

Examples:
  trunkwarden unack f-3b1c9a
  trunkwarden unack f-3b1c9a f-77aa01
)";

struct ack_options {
    std::vector<std::string> ids;  // of findings, or their beginnings; also with the state
    std::string incident;          // or its beginning; "": only the ids
    std::string reason;
    std::string until;  // as it was written; "": until the finding changes

    void add_to(CLI::App& app)
    {
        app.add_option("ID", ids, "The findings, with their states");
        app.add_option("--incident", incident, "All open findings of this incident, instead of IDs");
        app.add_option("--reason", reason, "Why: it is shown with the finding")->required();
        app.add_option("--until", until, "When reminders start again");
    }
};

struct unack_options {
    std::vector<std::string> ids;  // of findings, or their beginnings; a state does not matter

    void add_to(CLI::App& app) { app.add_option("ID", ids, "The findings")->required(); }
};

// The change that one of these commands asks of the daemon for each finding.
struct finding_change {
    const char* verb;
    json::object body;
    std::string sentence;  // its meaning, for people
};

// The daemon judges a whole id; the beginning of one is looked up in its list first.
result<std::string> id_meant_by(const std::string& written, const path& socket)
{
    const auto extent = extent_of_id(written);
    if (!extent) {
        const auto option = option_for_word(written, {});
        return option.empty() ? extent.error() : bad_usage("{}; {}", extent.error().message, option);
    }
    if (*extent == id_extent::whole)
        return written;
    const auto findings = ask_api(socket, {"GET", "/api/v1/findings", ""});
    if (!findings)
        return findings.error();
    return look_up_id(written, *findings);
}

result<json::object> change_finding(const written_finding& meant, const finding_change& change,
                                    const path& socket)
{
    const auto id = id_meant_by(meant.id, socket);
    if (!id)
        return id.error();
    auto body = change.body;
    if (body.contains("state"))
        body["state"] = meant.state.empty() ? json::value(nullptr) : json::value(view(meant.state));
    auto outcome = ask_api(
        socket, {"POST", fmt::format("/api/v1/findings/{}/{}", *id, change.verb), json::serialize(body)});
    if (!outcome)
        return outcome.error();
    if (!outcome->is_object())
        return failure{errc::not_understood, "the daemon's answer is not understood"};
    return std::move(outcome->get_object());
}

void print_changed(const json::object& finding, output_format output)
{
    const auto id = id_with_state(printable_at(finding, "id"), printable_at(finding, "state"));
    if (output == output_format::json)
        print_result("{}\n", json::serialize(finding));
    else
        print_result(
            "{}", fitted_for(STDOUT_FILENO, fmt::format("{}: {}", id, printable_at(finding, "title", 400))));
    flush_result();
}

// The sentence of a failure, which names the finding also where the daemon's does not.
int refuse(const std::string& written, const failure& why)
{
    const auto id = written.substr(0, written.find('.'));
    const bool names_it = why.message.find(id) != std::string::npos;
    return fail(names_it ? why.message : fmt::format("{}: {}", printable(written), why.message));
}

// One after the other. Returns the exit code.
int change_findings(const std::vector<std::string>& ids, const finding_change& change,
                    const common_options& common, const path& socket)
{
    std::size_t done = 0;
    for (const auto& written : ids) {
        const auto meant = split_state(written);
        const auto outcome =
            meant ? change_finding(*meant, change, socket) : result<json::object>(meant.error());
        if (!outcome) {
            refuse(written, outcome.error());
            continue;
        }
        print_changed(*outcome, common.output);
        ++done;
    }
    if (done > 0 && common.output == output_format::text)
        print_result("{}", fitted_for(STDOUT_FILENO, change.sentence));
    return done == ids.size() ? 0 : 1;
}

result<finding_change> acknowledgement_of(const ack_options& given)
{
    finding_change out{"ack", {}, {}};
    const auto reason = one_line(given.reason, "--reason");
    if (!reason)
        return reason.error();
    out.body["state"] = nullptr;
    out.body["reason"] = view(*reason);
    out.body["until"] = nullptr;
    std::string ends = "when it changes, resolves, or is there again after it was gone";
    if (!given.until.empty()) {
        const auto until = parse_until(given.until, std::chrono::system_clock::now());
        if (!until)
            return until.error();
        ends = "at " + rfc3339(*until);
        out.body["until"] = view(rfc3339(*until));
    }
    out.sentence = fmt::format("Acknowledged: no reminders. This ends {}.", ends);
    return out;
}

// The findings that a person at a terminal was shown and agreed to, with the states that were shown.
result<std::vector<std::string>> agreed(const incident_members& members)
{
    std::vector<std::string> out;
    for (const auto& member : members.open) {
        out.push_back(id_with_state(member.id, member.state));
        say_beside(fmt::format("{}: {}", out.back(), member.title));
    }
    if (!ask_whether(fmt::format("Acknowledge {} of {}?", plural(out.size(), "finding"), members.incident),
                     false))
        return bad_usage("Nothing was acknowledged.");
    return out;
}

// Without their states: the daemon refuses those that changed lately. Those that opened lately are refused
// here, and make `refused` true.
std::vector<std::string> seen_long_enough(const incident_members& members, bool& refused)
{
    std::vector<std::string> out;
    for (const auto& member : members.open) {
        if (!may_be_unseen(member, std::chrono::system_clock::now())) {
            out.push_back(member.id);
            continue;
        }
        refused = true;
        fail(fmt::format(
            "{} opened less than 10 minutes ago, so that nobody may have seen it: look at it, then "
            "\"trunkwarden ack {} --reason TEXT\" ({})",
            member.id, id_with_state(member.id, member.state), member.title));
    }
    return out;
}

int acknowledge_incident(const ack_options& given, const finding_change& change, const common_options& common,
                         const path& socket)
{
    const auto findings = ask_api(socket, {"GET", "/api/v1/findings", ""});
    if (!findings)
        return fail(findings.error().message);
    const auto members = members_of_incident(given.incident, *findings);
    if (!members)
        return fail(members.error().message);
    if (members->acknowledged + members->contained > 0)
        say_beside(fmt::format("trunkwarden: {} of {} left out: {} acknowledged already, {} contained",
                               plural(members->acknowledged + members->contained, "finding"),
                               members->incident, members->acknowledged, members->contained));
    if (members->open.empty())
        return 0;
    bool refused = false;
    const auto ids = stdin_is_a_terminal()
                         ? agreed(*members)
                         : result<std::vector<std::string>>(seen_long_enough(*members, refused));
    if (!ids)
        return fail(ids.error().message);
    const auto code = change_findings(*ids, change, common, socket);
    return refused ? 1 : code;
}

int acknowledge(const ack_options& given, const common_options& common)
{
    if (given.ids.empty() == given.incident.empty())
        return fail("name findings by their ids, or an incident with --incident: one of both");
    const auto change = acknowledgement_of(given);
    if (!change)
        return fail(change.error().message);
    const auto configured = read_to_order(common);
    if (!configured)
        return 1;
    const auto& socket = configured->control_socket;
    return given.incident.empty() ? change_findings(given.ids, *change, common, socket)
                                  : acknowledge_incident(given, *change, common, socket);
}

int take_acknowledgements_back(const unack_options& given, const common_options& common)
{
    const auto configured = read_to_order(common);
    if (!configured)
        return 1;
    return change_findings(given.ids, {"unack", {}, "Open again: reminders start again."}, common,
                           configured->control_socket);
}

}  // namespace

const command_spec ack_command{"ack", "Stop reminders for findings", ack_examples,
                               with_options<ack_options, acknowledge>};

const command_spec unack_command{"unack", "Take acknowledgements back", unack_examples,
                                 with_options<unack_options, take_acknowledgements_back>};

}  // namespace trunkwarden
