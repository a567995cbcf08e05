#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

constexpr const char* reload_examples = R"(
The daemon reads settings, baselines and keys anew, as on SIGHUP, and prints
what that changes; edits it notices by itself. When any file is not valid, the
old ones stay in force, every problem is printed, and the exit code is 1.

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

// Only the daemon can say whether the new files are valid: it may run with other rights than this command.
int ask_for_reload(const common_options& common)
{
    const auto files = load_settings(common.config_file);
    if (!files.problems.empty())
        return print_problems(files.problems);
    constexpr patience while_it_reads{.time = std::chrono::minutes(2)};
    const auto answer = ask_daemon(files.value.control_socket, {"POST", "/-/reload", ""}, while_it_reads);
    if (!answer)
        return fail(answer.error().what);
    const bool taken = answer->status == 200;
    if (common.output == output_format::json) {
        boost::json::object out;
        out["reloaded"] = taken;
        out["answer"] = view(answer->body);
        print_result("{}\n", boost::json::serialize(out));
    } else {
        (taken ? write_result : write_remark)(printable_lines(answer->body));
    }
    return taken ? 0 : 1;
}

}  // namespace

const command_spec reload_command{"reload", "Make the running daemon read changed files", reload_examples,
                                  without_options<ask_for_reload>};

}  // namespace trunkwarden
