#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/control_client.hpp"
#include "cli/finding_choice.hpp"
#include "cli/quarantine_report.hpp"
#include "loading/loading.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"

// What people ask the running daemon about what it does to their accounts.

namespace trunkwarden {
namespace {

namespace json = boost::json;
using std::filesystem::path;

result<json::object> report_of(const path& socket)
{
    auto report = ask_api(socket, {"GET", "/api/v1/actions", ""});
    if (!report)
        return report.error();
    if (!report->is_object() || report->get_object().if_contains("actions") == nullptr)
        return failure{errc::not_understood, "the daemon's list of actions is not understood"};
    return std::move(report->get_object());
}

// A whole id is the daemon's to judge; the beginning of one is looked up first.
result<std::string> action_meant_by(const std::string& written, const path& socket)
{
    const auto extent = extent_of_id(written, id_of::action);
    if (!extent)
        return extent.error();
    if (*extent == id_extent::whole)
        return written;
    const auto report = report_of(socket);
    if (!report)
        return report.error();
    return choose(written, report->at("actions"), id_of::action);
}

const char* verb_of(command which)
{
    switch (which) {
        case command::quarantine_approve:
            return "approve";
        case command::quarantine_reject:
            return "reject";
        case command::quarantine_freeze:
            return "freeze";
        case command::quarantine_thaw:
            return "thaw";
        default:
            return "undo";
    }
}

std::string body_of(const std::string& reason)
{
    json::object body;
    if (!reason.empty())
        body["reason"] = view(reason);
    return json::serialize(body);
}

// The daemon reads, changes and reads again before it answers.
result<json::value> order(const path& socket, const std::string& target, const std::string& reason)
{
    constexpr patience while_it_acts{.time = std::chrono::minutes(2)};
    const auto answer = ask_daemon(socket, {"POST", target, body_of(reason)}, while_it_acts);
    if (!answer)
        return answer.error();
    return data_of(*answer);
}

// An order that was taken may still have come to nothing: the object was not what it was.
bool was_carried_out(command which, const std::string& state)
{
    if (which == command::quarantine_approve)
        return state == "done";
    return state == (which == command::quarantine_reject ? "rejected" : "undone");
}

bool print_outcome(const json::value& outcome, const invocation& asked)
{
    const auto* about = outcome.is_object() ? outcome.get_object().if_contains("action") : nullptr;
    if (about == nullptr || !about->is_object()) {
        complain("the daemon's answer is not understood");
        return false;
    }
    const auto& one = about->get_object();
    const auto state = printable_at(one, "state");
    if (asked.output == output_format::json)
        fmt::print("{}\n", json::serialize(one));
    else
        fmt::print("{}: {}\n  {}\n", printable_at(one, "id"), printable_at(one, "summary", 1000),
                   printable_at(one, "outcome").empty() ? state : printable_at(one, "outcome", 1000));
    return was_carried_out(asked.which, state);
}

}  // namespace

int quarantine_list_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    const auto report = report_of(files.value.control_socket);
    if (!report)
        return complain(report.error().what);
    if (asked.output == output_format::json) {
        fmt::print("{}\n", json::serialize(*report));
        return 0;
    }
    fmt::print("{}", quarantine_list_text(*report, asked.all ? actions_shown::all : actions_shown::current,
                                          std::chrono::system_clock::now(), layout_of(STDOUT_FILENO)));
    return 0;
}

int quarantine_show_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    for (const auto& written : asked.ids) {
        const auto id = action_meant_by(written, files.value.control_socket);
        if (!id)
            return complain(id.error().what);
        const auto one = ask_api(files.value.control_socket, {"GET", "/api/v1/actions/" + *id, ""});
        if (!one)
            return complain(one.error().what);
        if (asked.output == output_format::json || !one->is_object())
            fmt::print("{}\n", json::serialize(*one));
        else
            fmt::print("{}", action_text(one->get_object(), std::chrono::system_clock::now(),
                                         layout_of(STDOUT_FILENO)));
    }
    return 0;
}

int quarantine_order_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    const auto& socket = files.value.control_socket;
    bool all_done = true;
    for (const auto& written : asked.ids) {
        const auto id = action_meant_by(written, socket);
        if (!id) {
            all_done = complain(id.error().what) == 0;
            continue;
        }
        const auto outcome =
            order(socket, fmt::format("/api/v1/actions/{}/{}", *id, verb_of(asked.which)), asked.reason);
        if (!outcome)
            all_done = complain(outcome.error().what) == 0;
        else
            all_done = print_outcome(*outcome, asked) && all_done;
    }
    return all_done ? 0 : 1;
}

int quarantine_freeze_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    const auto outcome = order(files.value.control_socket,
                               fmt::format("/api/v1/quarantine/{}", verb_of(asked.which)), asked.reason);
    if (!outcome)
        return complain(outcome.error().what);
    if (asked.output == output_format::json)
        fmt::print("{}\n", json::serialize(*outcome));
    else if (asked.which == command::quarantine_freeze)
        fmt::print(
            "Frozen: nothing is done in any account until \"trunkwarden quarantine thaw\". What is found is "
            "still told.\n");
    else
        fmt::print("Thawed: the quarantine acts again, as its mode says.\n");
    return 0;
}

}  // namespace trunkwarden
