#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/report/output.hpp"
#include "cli/report/terminal.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

// `alerts dead`: the messages that sinks did not take, and an order to send them again.

namespace trunkwarden {
namespace {

namespace json = boost::json;
using std::filesystem::path;

constexpr const char* dead_examples = R"(
Messages that their sinks refused, or that gave way because too many waited. The
running daemon keeps them for 90 days, and of each sink up to 1000 and 4 MiB:
the lightest give way. Correct the cause first, then send them again. Critical
ones are tried again without that, after 10 minutes.

"resend --all" leaves out messages of whose findings the sink took a later
message since: "resend ID" sends them all the same. "forget" is for those that
nobody needs any more; the history keeps that it was done, and by whom. Exit
code: 0 when all that was asked for waits to be sent, or is forgotten, else 1.

Examples:
  trunkwarden alerts dead
  trunkwarden alerts dead resend 995846bd55cae32b6c3d6020569a94c5
  trunkwarden alerts dead resend --all
  trunkwarden alerts dead forget --all
  trunkwarden alerts dead --output=json
)";

struct dead_options {
    std::string verb = "list";
    std::vector<std::string> ids;
    bool all = false;

    void add_to(CLI::App& app)
    {
        app.add_option("VERB", verb, "list (the default), resend or forget")
            ->check(CLI::IsMember({"list", "resend", "forget"}))
            ->type_name("");
        app.add_option("ID", ids, "resend, forget: the delivery_id of each");
        app.add_flag("--all", all, "resend, forget: every one");
    }
};

std::string words_of(const json::object& object)
{
    const auto again = printable_at(object, "tried_again_at");
    const auto* overtaken = object.if_contains("overtaken");
    const bool is_overtaken = overtaken != nullptr && overtaken->is_bool() && overtaken->get_bool();
    std::string findings;
    if (const auto* ids = object.if_contains("findings"); ids != nullptr && ids->is_array())
        for (const auto& id : ids->get_array())
            if (id.is_string() && findings.size() < 60)
                findings += (findings.empty() ? "" : " ") + std::string(id.get_string());
    auto out = fmt::format("{}  {}  {}  {} of {}\n    {}\n    about {}, queued {}\n    {}\n",
                           printable_at(object, "delivery_id"), printable_at(object, "sink"),
                           printable_at(object, "severity"), printable_at(object, "event"),
                           printable_at(object, "account"), printable_at(object, "title", 200), findings,
                           printable_at(object, "queued"), printable_at(object, "reason", 400));
    if (is_overtaken)
        out += "    the sink took a later message about it\n";
    else if (!again.empty())
        out += fmt::format("    tried again at {}\n", again);
    return out;
}

int list_letters(const path& socket, output_format output)
{
    const auto answer = ask_api(socket, {"GET", "/api/v1/alerts/dead", ""});
    if (!answer)
        return fail(answer.error().message);
    if (!answer->is_array())
        return fail("the daemon's list of dead letters is not understood");
    const auto& letters = answer->get_array();
    if (output == output_format::json) {
        print_result("{}\n", json::serialize(letters));
        return 0;
    }
    for (const auto& item : letters)
        if (item.is_object())
            print_result("{}", fitted_for(STDOUT_FILENO, words_of(item.get_object())));
    print_result("{}.\n", letters.empty() ? "No dead letters" : plural(letters.size(), "dead letter"));
    return 0;
}

std::string words_of_all(const json::object& outcome)
{
    const auto resent = whole_number_at(outcome, "resent").value_or(0);
    auto out = fmt::format("{} to be sent again.\n",
                           resent == 1 ? "1 message waits" : fmt::format("{} messages wait", resent));
    if (const auto left_out = whole_number_at(outcome, "overtaken").value_or(0); left_out > 0)
        out += fmt::format(
            "Left out: {} of whose findings the sink took a later message; \"trunkwarden "
            "alerts dead resend ID\" sends them all the same.\n",
            left_out);
    if (const auto left_out = whole_number_at(outcome, "without_sink").value_or(0); left_out > 0)
        out += fmt::format("Left out: {} whose sink is not in the settings any more.\n", left_out);
    return out;
}

std::string words_of_forgotten(const json::object& outcome)
{
    const auto count = whole_number_at(outcome, "forgotten").value_or(0);
    return fmt::format("{} forgotten.\n", plural(count, "dead letter"));
}

int order_all(std::string_view verb, const path& socket, output_format output)
{
    const auto answer = ask_api(socket, {"POST", fmt::format("/api/v1/alerts/dead/{}", verb), ""});
    if (!answer)
        return fail(answer.error().message);
    if (!answer->is_object())
        return fail("the daemon's answer is not understood");
    const auto& outcome = answer->get_object();
    const auto words = verb == "resend" ? words_of_all(outcome) : words_of_forgotten(outcome);
    print_result("{}", output == output_format::json ? json::serialize(outcome) + '\n' : words);
    return whole_number_at(outcome, "without_sink").value_or(0) == 0 ? 0 : 1;
}

int order_each(std::string_view verb, const path& socket, const std::vector<std::string>& ids,
               output_format output)
{
    bool all_found = true;
    for (const auto& id : ids) {
        if (id.find_first_not_of("0123456789abcdef") != std::string::npos) {
            all_found = fail(fmt::format("\"{}\" is no delivery_id: they are 32 hex digits; \"trunkwarden "
                                         "alerts dead\" lists them",
                                         printable(id))) == 0;
            continue;
        }
        const auto answer = ask_api(socket, {"POST", fmt::format("/api/v1/alerts/dead/{}/{}", id, verb), ""});
        if (!answer)
            all_found = fail(fmt::format("{}: {}", id, answer.error().message)) == 0;
        else if (output == output_format::json)
            print_result("{}\n", json::serialize(*answer));
        else
            print_result("{} {}.\n", id, verb == "resend" ? "waits to be sent again" : "is forgotten");
    }
    return all_found ? 0 : 1;
}

int dead_letters_of_the_daemon(const dead_options& given, const common_options& common)
{
    const bool lists = given.verb == "list";
    if (lists && (given.all || !given.ids.empty()))
        return fail("--all and delivery_ids are for \"trunkwarden alerts dead resend\" and \"forget\"");
    if (!lists && given.all != given.ids.empty())
        return fail(fmt::format("say which messages to {}: their delivery_ids, or --all", given.verb));
    if (lists)
        return list_letters(read_leniently(common).control_socket, common.output);
    const auto configured = read_to_order(common);
    if (!configured)
        return 1;
    const auto& socket = configured->control_socket;
    return given.all ? order_all(given.verb, socket, common.output)
                     : order_each(given.verb, socket, given.ids, common.output);
}

}  // namespace

const command_spec alerts_dead_command{"alerts dead",
                                       "List messages that were not taken; send or forget them",
                                       dead_examples, with_options<dead_options, dead_letters_of_the_daemon>};

}  // namespace trunkwarden
