#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <optional>
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/control_client.hpp"
#include "cli/finding_choice.hpp"
#include "cli/status_report.hpp"
#include "cli/until.hpp"
#include "loading/loading.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"

// What is asked of the running daemon.

namespace trunkwarden {
namespace {

namespace json = boost::json;
using std::filesystem::path;

// A whole id is the daemon's to judge; the beginning of one is looked up first.
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
    return choose_finding(written, *findings);
}

result<json::value> change_finding(const std::string& written, const char* verb, const std::string& body,
                                   const path& socket)
{
    const auto id = id_meant_by(written, socket);
    if (!id)
        return id.error();
    return ask_api(socket, {"POST", fmt::format("/api/v1/findings/{}/{}", *id, verb), body});
}

std::string member(const json::value& of, const char* name)
{
    const auto* const object = of.if_object();
    const auto* const text = object == nullptr ? nullptr : object->if_contains(name);
    return text == nullptr || !text->is_string()
               ? std::string("(not told)")
               : printable({text->get_string().data(), text->get_string().size()}, 400);
}

// One problem a line, as the daemon words them.
std::string printable_lines(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += printable(text.substr(0, end), 1000) + '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

int tell(const result<json::value>& outcome, const invocation& asked, std::string_view sentence)
{
    if (!outcome)
        return complain(outcome.error().what);
    if (asked.output == output_format::json)
        fmt::print("{}\n", json::serialize(*outcome));
    else
        fmt::print("{}: {}\n{}\n", member(*outcome, "id"), member(*outcome, "title"), sentence);
    return 0;
}

}  // namespace

int ack_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    json::object body;
    body["reason"] = view(asked.reason);
    body["until"] = nullptr;
    std::string ends = "when it changes or resolves";
    if (!asked.until.empty()) {
        const auto until = parse_until(asked.until, std::chrono::system_clock::now());
        if (!until)
            return complain(until.error().what);
        ends = "at " + rfc3339(*until);
        body["until"] = view(rfc3339(*until));
    }
    return tell(change_finding(asked.id, "ack", json::serialize(body), files.value.control_socket), asked,
                fmt::format("Acknowledged: no reminders. This ends {}.", ends));
}

int unack_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    return tell(change_finding(asked.id, "unack", "{}", files.value.control_socket), asked,
                "Open again: reminders go on.");
}

int status_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    const auto status = ask_api(files.value.control_socket, {"GET", "/api/v1/status", ""});
    if (!status)
        return complain(status.error().what);
    if (asked.output == output_format::json) {
        fmt::print("{}\n", json::serialize(*status));
        return 0;
    }
    const auto text = status_report_text(*status, std::chrono::system_clock::now(), layout_of(STDOUT_FILENO));
    if (!text)
        return complain(text.error().what);
    fmt::print("{}", *text);
    return 0;
}

// Whether the new files are any good is the daemon's to say: it may run with other rights than whoever asks.
int reload_command(const invocation& asked)
{
    const auto files = load_settings(asked.config_file);
    if (!files.problems.empty())
        return refuse(files.problems);
    constexpr patience while_it_reads{.time = std::chrono::minutes(2)};
    const auto answer = ask_daemon(files.value.control_socket, {"POST", "/-/reload", ""}, while_it_reads);
    if (!answer)
        return complain(answer.error().what);
    const bool taken = answer->status == 200;
    if (asked.output == output_format::json) {
        json::object out;
        out["reloaded"] = taken;
        out["answer"] = view(answer->body);
        fmt::print("{}\n", json::serialize(out));
    } else {
        fmt::print(taken ? stdout : stderr, "{}", printable_lines(answer->body));
    }
    return taken ? 0 : 1;
}

}  // namespace trunkwarden
