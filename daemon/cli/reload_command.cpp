#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <unistd.h>

#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/report/output.hpp"
#include "cli/report/terminal.hpp"
#include "loading/loading.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

constexpr const char* reload_examples = R"(
The daemon reads settings, baselines and keys again, as on SIGHUP, and prints
what that changes; it notices edits without this command, too. When any file is
not valid, the old ones stay active, every problem is printed, and the exit code
is 1. Actions that wait for approval still wait after a change of mode; it says
how many.

Example:
  trunkwarden reload
)";

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

// How many actions wait for approval; nothing when that is not known.
std::optional<std::size_t> count_waiting(const std::filesystem::path& socket)
{
    const auto told = ask_api(socket, {"GET", "/api/v1/status", ""});
    const auto* const status = told ? told->if_object() : nullptr;
    const auto* const number = status == nullptr ? nullptr : status->if_contains("actions_waiting");
    if (number == nullptr || !number->is_number())
        return std::nullopt;
    return number->to_number<std::size_t>();
}

// Actions that were planned before are not planned again when the mode changes.
std::string sentence_about_waiting(std::size_t waiting)
{
    return fmt::format(
        "{} still {} for approval: a change of mode applies only to actions that are planned from now "
        "on. \"trunkwarden quarantine list\" shows them",
        plural(waiting, "action"), waiting == 1 ? "waits" : "wait");
}

void print_answer(const std::string& text, bool taken, std::optional<std::size_t> waiting)
{
    const int to = taken ? STDOUT_FILENO : STDERR_FILENO;
    auto out = printable_lines(text);
    if (waiting.value_or(0) > 0)
        out += sentence_about_waiting(*waiting) + '\n';
    const auto fitted = fitted_for(to, out);
    (taken ? write_result : write_remark)(fitted);
}

// Only the daemon can say whether the new files are valid: it may run with other rights than this command. It
// says what is wrong with them, unless it read others.
int ask_for_reload(const common_options& common)
{
    const auto files = load_settings(common.config_file);
    constexpr patience while_it_reads{.time = std::chrono::minutes(2)};
    const auto answer = ask_daemon(files.value.control_socket, {"POST", "/-/reload", ""}, while_it_reads);
    if (!answer || answer->status == 200)
        print_problems(files.problems);
    if (!answer)
        return fail(answer.error().message);
    const bool taken = answer->status == 200;
    const auto waiting = taken ? count_waiting(files.value.control_socket) : std::nullopt;
    if (common.output == output_format::json) {
        boost::json::object out;
        out["reloaded"] = taken;
        out["answer"] = view(answer->body);
        out["actions_waiting"] = waiting ? boost::json::value(*waiting) : boost::json::value(nullptr);
        print_result("{}\n", boost::json::serialize(out));
    } else {
        print_answer(answer->body, taken, waiting);
    }
    return taken ? 0 : 1;
}

}  // namespace

const command_spec reload_command{"reload", "Make the running daemon read changed files", reload_examples,
                                  without_options<ask_for_reload>};

}  // namespace trunkwarden
