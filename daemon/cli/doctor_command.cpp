#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

#include "alerts/create_alert_sink.hpp"
#include "alerts/heartbeat.hpp"
#include "alerts/mail_transfer.hpp"
#include "alerts/sink_connection.hpp"
#include "alerts/sink_url.hpp"
#include "cli/api_checks.hpp"
#include "cli/api_probe.hpp"
#include "cli/certificate_checks.hpp"
#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/daemon_checks.hpp"
#include "cli/error_output.hpp"
#include "cli/proxy_report.hpp"
#include "cli/report/doctor_report.hpp"
#include "cli/report/output.hpp"
#include "cli/service_access.hpp"
#include "cli/state_checks.hpp"
#include "fetch/origin.hpp"
#include "fetch/resolver.hpp"
#include "loading/loading.hpp"
#include "settings/api_key.hpp"
#include "settings/mail_rules.hpp"
#include "settings/referenced_files.hpp"

// Everything that the watch depends on, from the files to the scrape, with the remedy for each fault.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using std::filesystem::path;
namespace json = boost::json;
using state = doctor_check::state;

constexpr const char* doctor_examples = R"(
Looks at everything that the watch depends on, from the files to the scrape, and
says what to do about what is wrong: also what the key may not read, what that
hides, and which secrets the API does not show. Changes nothing and sends no
message. Exit code: 0 when nothing fails, else 1; a warning is no failure.

--probe-api reads what the daemon reads, once: the first page of each list, the
first object of each alone, and one answer of each other kind, at most ten
requests a second. It prints how the API answers: the status, and the names of
headers and members, beside those that trunkwarden expects; no value, and
nothing that tells whose account it is. It is safe to post, and shows where the
API differs from its description. Exit code: 0, or 1 when the API could not be
reached.

Examples:
  trunkwarden doctor
  trunkwarden doctor --probe-api --account production > probe.txt
  trunkwarden doctor --output=json
)";

// ---- files

void check_files(const path& config_file, doctor_checks& out)
{
    const auto files = load_files(config_file);
    for (const auto& problem : files.problems)
        out.push_back(fails("files", to_string(problem), "correct it, then: trunkwarden config check"));
    for (const auto& warning : files.warnings)
        out.push_back(warns("files", warning, "see docs/operations/service.md, Settings"));
    if (files.problems.empty())
        out.push_back(
            passes("files", fmt::format("{} and everything that it names are valid", config_file.string())));
}

void check_rights(const settings& configured, doctor_checks& out)
{
    const auto who = user_of_service();
    if (!who || configured.file.parent_path() != "/etc/trunkwarden" || ::geteuid() != 0)
        return;
    bool all = true;
    for (const auto& file : files_of(configured)) {
        std::error_code ignored;
        const auto found =
            std::filesystem::exists(file, ignored) ? find_access_problem(*who, file) : std::nullopt;
        all = all && !found;
        if (found)
            out.push_back(
                fails("rights", found->sentence, found->todo + "; then: systemctl restart trunkwarden"));
    }
    if (all)
        out.push_back(passes("rights", "the service (user _trunkwarden) may read every file"));
}

// ---- recipients of alerts

// Whether connections are taken there. `then` says how to try more than the connection.
bool check_reach(const std::string& about, const origin& to, std::string_view then, doctor_checks& out)
{
    const auto found = system_lookup(to.host);
    if (!found) {
        out.push_back(
            fails(about, fmt::format("the name {} cannot be looked up", to.host), "correct its url"));
        return false;
    }
    std::vector<asio::ip::tcp::endpoint> places;
    for (const auto& address : *found)
        places.emplace_back(address, to.port);
    asio::io_context io(1);
    asio::ip::tcp::socket socket(io);
    std::optional<boost::system::error_code> outcome;
    asio::async_connect(socket, places, [&outcome](const boost::system::error_code& failed, const auto&) {
        outcome = failed;
    });
    io.run_for(5s);
    const bool takes = outcome && !*outcome;
    if (!takes)
        out.push_back(fails(about,
                            fmt::format("{} does not take connections: {}", to.authority,
                                        outcome ? outcome->message() : "no answer in 5 s"),
                            "is it running, and can this host reach it?"));
    else
        out.push_back(passes(about, fmt::format("{} takes connections; {}", to.authority, then)));
    return takes;
}

// Whether it would take a mail, as far as it says so before one comes.
void check_mail_server(const std::string& about, const sink_settings& sink, doctor_checks& out)
{
    const auto tried = try_mail_server(sink);
    if (!tried) {
        out.push_back(fails(about, tried.error().message, "correct it, then: trunkwarden alerts test"));
        return;
    }
    out.push_back(
        passes(about, fmt::format("the mail server answers{}{}",
                                  sink.mail.require_tls ? " over TLS, and its certificate is trusted" : "",
                                  sink.mail.auth_username.empty() ? "" : "; it takes the login")));
}

// A mail server with STARTTLS greets in clear first.
bool shows_certificate_at_once(const sink_settings& sink)
{
    if (sink.type != sink_type::email)
        return true;
    const auto smarthost = parse_smarthost(sink.mail.smarthost);
    return smarthost && begins_with_tls(*smarthost);
}

void check_sinks(const settings& configured, doctor_checks& out)
{
    if (configured.alerts.sinks.empty())
        out.push_back(warns("alerts", "no alerts are sent: alerts.sinks is empty",
                            "add a sink; see trunkwarden.yml(5)"));
    for (const auto& sink_settings : configured.alerts.sinks) {
        const auto about = "sink " + sink_settings.name;
        const auto sink = create_alert_sink(sink_settings);
        if (!sink) {
            out.push_back(fails(about, sink.error().message, "correct it, then: trunkwarden alerts test"));
            continue;
        }
        const auto way = sink_connection(sink_settings, (*sink)->base_url());
        if (!way) {
            out.push_back(fails(about, way.error().message, "correct it, then: trunkwarden alerts test"));
            continue;
        }
        check_own_certificate(about, *way, out);
        const auto to = parse_origin((*sink)->base_url(), plain_http::to_any_host);
        if (!to ||
            !check_reach(about, nearest_of(*way, *to), "\"trunkwarden alerts test\" sends a message", out))
            continue;
        if (shows_certificate_at_once(sink_settings))
            check_certificate(about, *way, out);
        if (sink_settings.type == sink_type::email)
            check_mail_server(about, sink_settings, out);
    }
}

void check_heartbeat_way(const settings& configured, doctor_checks& out)
{
    if (!configured.alerts.heartbeat)
        return;
    const auto receiver = receiver_of(*configured.alerts.heartbeat);
    const auto to = read_sink_url(receiver);
    const auto way = to ? sink_connection(receiver, to->base) : result<https_options>(to.error());
    if (!way) {
        out.push_back(fails("heartbeat", way.error().message, "correct it, then: trunkwarden config check"));
        return;
    }
    check_own_certificate("heartbeat", *way, out);
    if (const auto at = parse_origin(to->base, plain_http::to_any_host))
        if (check_reach("heartbeat", nearest_of(*way, *at), "\"trunkwarden status\" says whether it is taken",
                        out))
            check_certificate("heartbeat", *way, out);
}

// ---- the daemon

void check_daemon(const settings& configured, doctor_checks& out)
{
    const auto answer = ask_api(configured.control_socket, {"GET", "/api/v1/status", ""});
    if (!answer || !answer->is_object()) {
        out.push_back(fails("daemon",
                            answer ? "the daemon's answer is not understood" : answer.error().message,
                            "systemctl status trunkwarden; journalctl -u trunkwarden"));
        judge_limits(limits_of_this_process(), "here", out);
    } else {
        judge_status(configured.web.listen_address, answer->get_object(), std::chrono::system_clock::now(),
                     out);
    }
}

struct doctor_options {
    std::string account;  // of the settings; "": all
    bool probe_api = false;

    void add_to(CLI::App& app)
    {
        auto* probe = app.add_flag("--probe-api", probe_api,
                                   "Print how the API answers: names of headers and members only");
        app.add_option("--account", account, "With --probe-api: one account; else all")->needs(probe);
    }
};

int probe(const doctor_options& given, const common_options& common)
{
    const auto read = load_settings(whole_name(common.config_file));
    if (!read.problems.empty())
        return fail(to_string(read.problems.front()));
    std::vector<probed_account> all;
    progress_line progress;
    for (const auto& account : read.value.accounts) {
        if (!given.account.empty() && account.name != given.account)
            continue;
        const auto key = load_api_key(account);
        if (!key)
            return fail(key.error().message);
        auto probed =
            probe_api(*build_account(account, read.value.poll, {}), *key,
                      [&progress](const std::string& path) { progress.show("asking for " + path); });
        progress.clear();
        if (!probed)
            return fail(probed.error().message);
        all.push_back(std::move(*probed));
    }
    if (all.empty())
        return fail(fmt::format("the settings have no account {}", given.account));
    print_result("{}", common.output == output_format::json
                           ? probe_report_json(all)
                           : probe_report_text(all, layout_of(STDOUT_FILENO)));
    return 0;
}

void check_all(const common_options& common, progress_line& progress, doctor_checks& found)
{
    const auto file = whole_name(common.config_file);
    const auto read = load_settings(file);
    progress.show("looking at the files");
    check_files(file, found);
    if (!read.problems.empty())
        return;
    check_rights(read.value, found);
    check_state(read.value, found);
    for (const auto& account : read.value.accounts)
        check_api(
            account, read.value,
            [&progress, &account](const std::string& path) {
                progress.show(fmt::format("asking the API for {} of account {}", path, account.name));
            },
            found);
    std::ranges::move(check_proxies(read.value), std::back_inserter(found));
    progress.show("looking at the sinks");
    check_sinks(read.value, found);
    check_heartbeat_way(read.value, found);
    progress.show("asking the daemon");
    check_daemon(read.value, found);
}

int examine(const doctor_options& given, const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    if (given.probe_api)
        return probe(given, common);
    doctor_checks found;
    progress_line progress;
    check_all(common, progress, found);
    progress.clear();
    print_result("{}", common.output == output_format::json
                           ? doctor_report_json(found)
                           : doctor_report_text(found, layout_of(STDOUT_FILENO)));
    return std::ranges::any_of(found, [](const doctor_check& check) { return check.is == state::fail; }) ? 1
                                                                                                         : 0;
}

}  // namespace

const command_spec doctor_command{"doctor", "Check everything that monitoring depends on", doctor_examples,
                                  with_options<doctor_options, examine>};

}  // namespace trunkwarden
