#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fmt/format.h>
#include <limits>
#include <unistd.h>

#include "cli/action_report.hpp"
#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/id_lookup.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/one_line.hpp"
#include "cli/report/output.hpp"
#include "cli/report/quarantine_report.hpp"
#include "cli/report/terminal.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"

// `quarantine`: people ask the running daemon what it does to their accounts, and decide about it.

namespace trunkwarden {
namespace {

namespace json = boost::json;
using std::filesystem::path;

constexpr const char* quarantine_examples = R"(
Shows the actions that the quarantine took, would have taken, or waits to take,
and passes orders on to the running daemon. IDs may be cut short to "a-" and 6
digits where that names one.

Examples:
  trunkwarden quarantine list
  trunkwarden quarantine show a-5d20c1
  trunkwarden quarantine approve a-5d20c1
  trunkwarden quarantine reject a-5d20c1 --reason "our new SBC"
  trunkwarden quarantine undo a-5d20c1 a-77aa01
  trunkwarden quarantine freeze --reason "carrier migration until noon"
  trunkwarden quarantine thaw
)";

constexpr const char* show_examples = R"(
Prints the request, the object before it, what stops working, and how to take it
back. Of a planned action (dry run), what would be sent.

Examples:
  trunkwarden quarantine show a-5d20c1
  trunkwarden quarantine show a-5d20c1 --output=json
)";

constexpr const char* approve_examples = R"(
Only actions that wait are carried out, and only if the object is still as it
was when the action was planned. Waits until it is known what became of each.

Example:
  trunkwarden quarantine approve a-5d20c1 a-77aa01
)";

constexpr const char* reject_examples = R"(
The action is not planned again until its object changes.

Example:
  trunkwarden quarantine reject a-5d20c1 --reason "our new SBC"
)";

constexpr const char* undo_examples = R"(
Sends what puts the object back as it was. It is not contained again as long as
it stays like that. While the quarantine is frozen, --while-frozen is needed.

Examples:
  trunkwarden quarantine undo a-5d20c1 a-77aa01
  trunkwarden quarantine undo a-5d20c1 --while-frozen
)";

constexpr const char* freeze_examples = R"(
Holds in every account, across restarts, until "trunkwarden quarantine thaw".
Findings are still reported. Answers when no request is on its way any more.

Example:
  trunkwarden quarantine freeze --reason "carrier migration until noon"
)";

constexpr const char* thaw_examples = R"(
Ends a freeze: the quarantine does what its mode says, also about what was found
meanwhile. "trunkwarden status" says since when and why it is frozen.

Example:
  trunkwarden quarantine thaw
)";

// The daemon judges a whole id; the beginning of one is looked up in its list first.
result<std::string> action_meant_by(const std::string& written, const path& socket)
{
    const auto extent = extent_of_id(written, id_kind::action);
    if (!extent)
        return extent.error();
    if (*extent == id_extent::whole)
        return written;
    const auto report = action_report_of(socket, std::numeric_limits<std::size_t>::max());
    if (!report)
        return report.error();
    return look_up_id(written, report->at("actions"), id_kind::action);
}

result<json::object> body_of(const std::string& reason)
{
    json::object body;
    if (reason.empty())
        return body;
    const auto line = one_line(reason, "--reason");
    if (!line)
        return line.error();
    body["reason"] = view(*line);
    return body;
}

// The daemon reads, changes and reads again before it answers.
result<json::value> order(const path& socket, const std::string& target, const json::object& body)
{
    constexpr patience while_it_acts{.time = std::chrono::minutes(2)};
    const auto answer = ask_daemon(socket, {"POST", target, json::serialize(body)}, while_it_acts);
    if (!answer)
        return answer.error();
    return data_of(*answer);
}

// ---- show

struct chosen_actions {
    std::vector<std::string> ids;  // or their beginnings

    void add_to(CLI::App& app) { app.add_option("ID", ids, "The actions")->required(); }
};

int show_actions(const chosen_actions& given, const common_options& common)
{
    const auto configured = read_leniently(common);
    for (const auto& written : given.ids) {
        const auto id = action_meant_by(written, configured.control_socket);
        if (!id)
            return fail(id.error().message);
        const auto item = ask_api(configured.control_socket, {"GET", "/api/v1/actions/" + *id, ""});
        if (!item)
            return fail(item.error().message);
        if (common.output == output_format::json || !item->is_object())
            print_result("{}\n", json::serialize(*item));
        else
            print_result("{}", action_text(item->get_object(), std::chrono::system_clock::now(),
                                           layout_of(STDOUT_FILENO)));
    }
    return 0;
}

// ---- approve, reject, undo

struct action_order {
    const char* verb;         // in the daemon's API
    const char* final_state;  // of an action, when the order was carried out
};

// Prints how the action ended. Returns whether that is what was ordered: the daemon may accept an order and
// then do nothing, because the object changed.
bool print_outcome(const json::value& outcome, const char* final_state, output_format output)
{
    const auto* about = outcome.is_object() ? outcome.get_object().if_contains("action") : nullptr;
    if (about == nullptr || !about->is_object()) {
        fail("the daemon's answer is not understood");
        return false;
    }
    const auto& object = about->get_object();
    const auto state = printable_at(object, "state");
    if (output == output_format::json)
        print_result("{}\n", json::serialize(object));
    else
        print_result("{}: {}\n  {}\n", printable_at(object, "id"), printable_at(object, "summary", 1000),
                     printable_at(object, "outcome").empty() ? state : printable_at(object, "outcome", 1000));
    return state == final_state;
}

int decide(const action_order& decision, const std::vector<std::string>& ids, const json::object& body,
           const common_options& common)
{
    const auto configured = read_to_order(common);
    if (!configured)
        return 1;
    const auto& socket = configured->control_socket;
    bool all_done = true;
    for (const auto& written : ids) {
        const auto id = action_meant_by(written, socket);
        if (!id) {
            all_done = fail(id.error().message) == 0;
            continue;
        }
        const auto outcome = order(socket, fmt::format("/api/v1/actions/{}/{}", *id, decision.verb), body);
        if (!outcome)
            all_done = fail(outcome.error().message) == 0;
        else
            all_done = print_outcome(*outcome, decision.final_state, common.output) && all_done;
    }
    return all_done ? 0 : 1;
}

int approve_actions(const chosen_actions& given, const common_options& common)
{
    return decide({"approve", "done"}, given.ids, {}, common);
}

struct undo_options {
    chosen_actions actions;
    bool while_frozen = false;

    void add_to(CLI::App& app)
    {
        actions.add_to(app);
        app.add_flag("--while-frozen", while_frozen, "Also while the quarantine is frozen");
    }
};

int undo_actions(const undo_options& given, const common_options& common)
{
    json::object body;
    if (given.while_frozen)
        body["while_frozen"] = true;
    return decide({"undo", "undone"}, given.actions.ids, body, common);
}

constexpr const char* reason_help = "Why: it is shown with the decision";

struct reject_options {
    chosen_actions actions;
    std::string reason;

    void add_to(CLI::App& app)
    {
        actions.add_to(app);
        app.add_option("--reason", reason, reason_help);
    }
};

int reject_actions(const reject_options& given, const common_options& common)
{
    const auto body = body_of(given.reason);
    return body ? decide({"reject", "rejected"}, given.actions.ids, *body, common)
                : fail(body.error().message);
}

// ---- freeze, thaw

struct freeze_options {
    std::string reason;

    void add_to(CLI::App& app) { app.add_option("--reason", reason, reason_help); }
};

int order_everywhere(const char* verb, const std::string& reason, std::string_view sentence,
                     const common_options& common)
{
    const auto body = body_of(reason);
    if (!body)
        return fail(body.error().message);
    const auto configured = read_to_order(common);
    if (!configured)
        return 1;
    const auto outcome = order(configured->control_socket, fmt::format("/api/v1/quarantine/{}", verb), *body);
    if (!outcome)
        return fail(outcome.error().message);
    if (common.output == output_format::json)
        print_result("{}\n", json::serialize(*outcome));
    else
        print_result("{}", fitted_for(STDOUT_FILENO, sentence));
    return 0;
}

int freeze_quarantine(const freeze_options& given, const common_options& common)
{
    return order_everywhere("freeze", given.reason,
                            "Frozen: nothing is done in any account until \"trunkwarden quarantine thaw\". "
                            "Findings are still reported.",
                            common);
}

int thaw_quarantine(const common_options& common)
{
    return order_everywhere("thaw", "", "Thawed: the quarantine does what its mode says.", common);
}

}  // namespace

const command_spec quarantine_group{"quarantine", "See, approve and undo automatic actions",
                                    quarantine_examples};

const command_spec quarantine_show_command{"quarantine show", "Print all about an action", show_examples,
                                           with_options<chosen_actions, show_actions>};

const command_spec quarantine_approve_command{"quarantine approve", "Carry out actions that wait",
                                              approve_examples,
                                              with_options<chosen_actions, approve_actions>};

const command_spec quarantine_reject_command{
    "quarantine reject", "Do not carry out actions that wait, as long as their objects stay as they are",
    reject_examples, with_options<reject_options, reject_actions>};

const command_spec quarantine_undo_command{"quarantine undo", "Undo actions that were carried out",
                                           undo_examples, with_options<undo_options, undo_actions>};

const command_spec quarantine_freeze_command{
    "quarantine freeze", "Stop automatic actions in every account until thaw", freeze_examples,
    with_options<freeze_options, freeze_quarantine>};

const command_spec quarantine_thaw_command{"quarantine thaw", "Let the quarantine act again", thaw_examples,
                                           without_options<thaw_quarantine>};

}  // namespace trunkwarden
