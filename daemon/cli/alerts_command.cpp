#include "cli/alerts_command.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "alerts/create_alert_sink.hpp"
#include "alerts/sink_connection.hpp"
#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/report/output.hpp"
#include "cli/report/terminal.hpp"
#include "fetch/https_client.hpp"
#include "loading/loading.hpp"
#include "support/async/run_all.hpp"
#include "support/async/run_to_end.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"
#include "support/yaml/closest_match.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using verdict = attempt_outcome::verdict;
using clock = std::chrono::steady_clock;

constexpr const char* alerts_examples = R"(
Sends one message that says it is a test to every alert sink of the settings, or
to the one that is named, and prints what came back. Needs neither baselines nor
API keys. Exit code: 0 when every sink took it, else 1. For messages that sinks
did not take: "trunkwarden alerts dead".

Examples:
  trunkwarden alerts test
  trunkwarden alerts test chat
  trunkwarden alerts test --output=json
)";

struct alerts_test_options {
    std::string sink;  // its name; "": every one

    void add_to(CLI::App& app) { app.add_option("SINK", sink, "The name of one sink; without it, all"); }
};

// The outcome of the message to one sink.
struct sink_trial {
    const sink_settings* settings = nullptr;
    link_settings links;
    std::string host;  // "" when its URL could not be read
    unsigned status = 0;
    attempt_outcome outcome;
    std::chrono::milliseconds took{0};
};

std::string_view word_for(unsigned status)
{
    switch (status) {
        case 200:
            return " OK";
        case 201:
            return " Created";
        case 202:
            return " Accepted";
        case 204:
            return " No Content";
        default:
            return "";
    }
}

task<> send(sink_trial& trial, const alert_sink& sink, https_client& client)
{
    const auto started = clock::now();
    const auto now = std::chrono::system_clock::now();
    const auto id = fmt::format("test-{}", now.time_since_epoch().count());
    auto notification = test_notification(id, trial.settings->name, now);
    add_links(notification, trial.links);
    auto requests = sink.requests_for(notification, now);
    for (auto& request : requests) {
        request.status_decides = true;
        const auto answer = co_await client.send(request);
        trial.status = answer ? answer->status : 0;
        trial.outcome = judge_answer(answer, std::chrono::system_clock::now());
        if (trial.outcome.result != verdict::delivered)
            break;
    }
    trial.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - started);
}

task<> try_sink(sink_trial& trial)
{
    const auto give_up = [&trial](const failure& why) {
        trial.outcome = attempt_outcome{verdict::rejected, why.message, std::nullopt, false};
    };
    const auto sink = create_alert_sink(*trial.settings);
    if (!sink) {
        give_up(sink.error());
        co_return;
    }
    const auto& base_url = (*sink)->base_url();
    const auto client = connect_to_sink(*trial.settings, base_url, create_https_client);
    trial.host = base_url.substr(base_url.find("://") + 3);
    if (!client) {
        give_up(client.error());
        co_return;
    }
    co_await send(trial, **sink, **client);
}

void try_all(std::vector<sink_trial>& trials)
{
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context io(1);
    std::vector<task<>> work;
    work.reserve(trials.size());
    for (auto& trial : trials)
        work.push_back(try_sink(trial));
    run_to_end(io, run_all(std::move(work)));
    std::signal(SIGPIPE, SIG_DFL);  // a reader that has seen enough ends us quietly
}

std::string words_of(const sink_trial& trial)
{
    const auto& outcome = trial.outcome;
    const auto why = printable(outcome.why, 400);
    if (outcome.result == verdict::delivered)
        return fmt::format("taken: {}{} after {}{}{}", trial.status, word_for(trial.status),
                           for_people(std::max(trial.took, std::chrono::milliseconds(1))),
                           why.empty() ? "" : "; ", why);
    if (outcome.result == verdict::retry)
        return fmt::format("{}: {}", outcome.reached ? "not now" : "no answer", why);
    return fmt::format("{}: {}", outcome.reached ? "refused" : "not sent", why);
}

std::string text_of(const std::vector<sink_trial>& trials, styling style)
{
    std::size_t name = 0;
    std::size_t type = 0;
    std::size_t host = 0;
    for (const auto& trial : trials) {
        name = std::max(name, trial.settings->name.size());
        type = std::max(type, name_of(trial.settings->type).size());
        host = std::max(host, trial.host.size());
    }
    std::string out;
    for (const auto& trial : trials)
        out += fmt::format(
            "{}  {}  {}  {}\n", padded(trial.settings->name, name),
            padded(name_of(trial.settings->type), type), padded(printable(trial.host), host),
            styled(words_of(trial), trial.outcome.result == verdict::delivered ? colour::green : colour::red,
                   style));
    return out;
}

json::object json_of(const sink_trial& trial)
{
    const bool taken = trial.outcome.result == verdict::delivered;
    const auto& why = trial.outcome.why;
    json::object out;
    out["sink"] = view(trial.settings->name);
    out["type"] = view(name_of(trial.settings->type));
    out["host"] = view(trial.host);
    out["taken"] = taken;
    out["status"] = trial.status == 0 ? json::value(nullptr) : json::value(trial.status);
    out["milliseconds"] = trial.took.count();
    out["reason"] = why.empty() ? json::value(nullptr) : json::value(view(printable(why, 400)));
    return out;
}

bool all_taken(const std::vector<sink_trial>& trials)
{
    return std::ranges::all_of(trials,
                               [](const auto& trial) { return trial.outcome.result == verdict::delivered; });
}

std::string json_text_of(const std::vector<sink_trial>& trials)
{
    json::array list;
    for (const auto& trial : trials)
        list.push_back(json_of(trial));
    json::object out;
    out["taken"] = all_taken(trials);
    out["sinks"] = std::move(list);
    return json::serialize(out) + '\n';
}

int no_such_sink(const std::string& asked, const std::vector<sink_settings>& sinks)
{
    std::vector<std::string_view> names;
    names.reserve(sinks.size());
    for (const auto& sink : sinks)
        names.push_back(sink.name);
    const auto meant = closest_match(asked, names);
    return fail(fmt::format("there is no alert sink \"{}\"{}; the settings have {}", printable(asked),
                            meant.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", meant),
                            fmt::join(names, ", ")));
}

int test_the_sinks(const alerts_test_options& given, const common_options& common)
{
    return test_alert_sinks(common.config_file, given.sink, common.output);
}

}  // namespace

int test_alert_sinks(const std::filesystem::path& config_file, const std::string& sink, output_format output)
{
    const auto read = load_settings(config_file);
    for (const auto& problem : read.problems)
        print_remark("{}\n", to_string(problem));
    if (!read.problems.empty())
        return 1;
    const auto& sinks = read.value.alerts.sinks;
    if (sinks.empty())
        return fail(
            fmt::format("{} names no alert sinks: add one under alerts.sinks, such as "
                        "{{name: am, type: alertmanager, url: \"http://127.0.0.1:9093\"}}",
                        config_file.string()));
    std::vector<sink_trial> trials;
    for (const auto& sink_settings : sinks)
        if (sink.empty() || sink_settings.name == sink)
            trials.push_back({&sink_settings, read.value.links, {}, 0, {}, {}});
    if (trials.empty())
        return no_such_sink(sink, sinks);

    try_all(trials);
    print_result("{}", output == output_format::json
                           ? json_text_of(trials)
                           : fitted_for(STDOUT_FILENO, text_of(trials, styling_of(STDOUT_FILENO))));
    return all_taken(trials) ? 0 : 1;
}

const command_spec alerts_group{"alerts", "Test the alert sinks, and send again what they did not take",
                                alerts_examples};

const command_spec alerts_test_command{"alerts test", "Send a test message to the alert sinks",
                                       alerts_examples, with_options<alerts_test_options, test_the_sinks>};

}  // namespace trunkwarden
