#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include "cli/chosen_findings.hpp"
#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/explain_from_file.hpp"
#include "cli/history_reading.hpp"
#include "cli/id_lookup.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/report/explanation_report.hpp"
#include "cli/report/output.hpp"
#include "findings/finding_state.hpp"
#include "support/json_member.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr const char* explain_examples = R"(
Prints all that is known about one finding: which entry of the baseline is
nearest and what differs from it, when it was read, who did it, what the audit
log says, acknowledgement, actions of the quarantine, messages to sinks, and its
history. Unknown facts are shown as not known.

Asks the running daemon. If that does not answer, reads the state file and the
baseline file, and says as of when.

Examples:
  trunkwarden explain f-3b1c9a70d2e4
  trunkwarden explain f-3b1c9a --output=json
)";

struct explain_options {
    std::string id;  // or its beginning; also with the state

    void add_to(CLI::App& app) { app.add_option("ID", id, "The finding")->required(); }
};

// The daemon's explanation of the finding.
result<json::object> ask_to_explain(const std::string& written, const std::filesystem::path& socket)
{
    auto findings = ask_api(socket, {"GET", "/api/v1/findings", ""});
    if (!findings)
        return findings.error();
    const auto id = look_up_id(written, *findings);
    if (!id)
        return id.error();
    auto told = ask_api(socket, {"GET", fmt::format("/api/v1/findings/{}/explanation", *id), ""});
    if (!told)
        return told.error();
    if (!told->is_object())
        return failure{errc::not_understood, "the daemon's explanation is not understood"};
    return std::move(told->get_object());
}

// The daemon is asked first: it knows newer things, and members of its group may not read the state file.
result<json::object> explain_finding(const std::string& written, const settings& configured)
{
    auto told = ask_to_explain(written, configured.control_socket);
    if (told || !daemon_gave_no_answer(told.error()))
        return told;
    print_remark("trunkwarden: {}\n", told.error().message);
    return explain_from_file(written, configured);
}

// Adds the history of the finding, where that can be read.
void add_history(json::object& to, const settings& configured)
{
    const auto* about = to.if_contains("finding");
    if (about == nullptr || !about->is_object())
        return;
    history_selection chosen;
    chosen.finding = string_at(about->get_object(), "id");
    auto history = is_from_the_file(to) ? read_kept_history(chosen, configured)
                                        : read_history(chosen, configured, [](const failure&) {});
    if (history)
        to["history"] = std::move(history->at("events"));
}

int print_explanation(const explain_options& given, const common_options& common)
{
    const auto configured = read_leniently(common);
    const auto meant = split_state(given.id);
    if (!meant)
        return fail(meant.error().message);
    auto told = explain_finding(meant->id, configured);
    if (!told)
        return fail(told.error().message);
    add_history(*told, configured);
    if (const auto* about = told->if_contains("finding"); about != nullptr && about->is_object())
        if (const auto state = printable_at(about->get_object(), "state");
            !meant->state.empty() && meant->state != state)
            print_remark("trunkwarden: {} is in state {} by now, not in {}: this is how it is now\n",
                         meant->id, state.empty() ? "(not known)" : state, meant->state);
    if (common.output == output_format::json)
        print_result("{}\n", json::serialize(*told));
    else
        print_result("{}",
                     explanation_text(*told, std::chrono::system_clock::now(), layout_of(STDOUT_FILENO)));
    return 0;
}

}  // namespace

const command_spec explain_command{.name = "explain",
                                   .help = "Print all that is known about one finding",
                                   .examples = explain_examples,
                                   .add_options = with_options<explain_options, print_explanation>,
                                   .when_long = long_output::paged};

}  // namespace trunkwarden
