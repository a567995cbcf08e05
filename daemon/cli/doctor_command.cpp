#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

#include "alerts/create_alert_sink.hpp"
#include "alerts/sink_connection.hpp"
#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/proxy_report.hpp"
#include "cli/report/doctor_report.hpp"
#include "cli/report/findings_report.hpp"
#include "cli/report/output.hpp"
#include "cli/service_access.hpp"
#include "fetch/connection_options.hpp"
#include "fetch/http_date.hpp"
#include "fetch/https_client.hpp"
#include "fetch/origin.hpp"
#include "fetch/resolver.hpp"
#include "loading/loading.hpp"
#include "settings/api_key.hpp"
#include "settings/referenced_files.hpp"
#include "state/state_file.hpp"
#include "support/async/run_to_end.hpp"
#include "support/json_member.hpp"
#include "support/parse_time.hpp"
#include "support/version.hpp"

// Everything that the watch depends on, from the files to the scrape, and what to do about it.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::filesystem::path;
using clock = std::chrono::steady_clock;
namespace json = boost::json;
using state = doctor_check::state;
using doctor_checks = std::vector<doctor_check>;

constexpr const char* doctor_examples = R"(
Looks at everything that the watch depends on, from the files to the scrape, and
says what to do about what is wrong. Changes nothing and sends no message. Exit
code: 0 when nothing fails, else 1; a warning is no failure.

Examples:
  trunkwarden doctor
  trunkwarden doctor --output=json | jq '.checks[] | select(.state == "fail")'
)";

doctor_check passes(std::string about, std::string found)
{
    return {state::ok, std::move(about), std::move(found), {}};
}
doctor_check warns(std::string about, std::string found, std::string todo)
{
    return {state::warn, std::move(about), std::move(found), std::move(todo)};
}
doctor_check fails(std::string about, std::string found, std::string todo)
{
    return {state::fail, std::move(about), std::move(found), std::move(todo)};
}

// ---- files

void check_files(const path& config_file, doctor_checks& out)
{
    const auto files = load_files(config_file);
    for (const auto& one : files.problems)
        out.push_back(fails("files", to_string(one), "correct it, then: trunkwarden config check"));
    for (const auto& one : files.warnings)
        out.push_back(warns("files", one, "see docs/operations/service.md, Settings"));
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
                fails("rights", found->what, found->todo + "; then: systemctl restart trunkwarden"));
    }
    if (all)
        out.push_back(passes("rights", "the service (user _trunkwarden) may read every file"));
}

void check_state(const settings& configured, doctor_checks& out)
{
    constexpr std::uintmax_t little = 100UL * 1024 * 1024;
    const auto folder = configured.state_file.parent_path();
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed)) {
        out.push_back(fails("state", fmt::format("the folder {} of state_file is not there", folder.string()),
                            "start the service, which makes it, or make it yourself"));
        return;
    }
    const auto space = std::filesystem::space(folder, failed);
    if (!failed && space.available < little)
        out.push_back(fails("disk",
                            fmt::format("{} has {} MB left", folder.string(), space.available / 1024 / 1024),
                            "free some space: without it the daemon loses its findings when it stops"));
    else if (!failed)
        out.push_back(
            passes("disk", fmt::format("{} has {} MB left", folder.string(), space.available / 1024 / 1024)));
    const bool is_there = std::filesystem::exists(configured.state_file, failed);
    if (failed) {
        out.push_back(
            warns("state", fmt::format("{} is for root and the service only", configured.state_file.string()),
                  "sudo trunkwarden doctor"));
        return;
    }
    if (!is_there) {
        out.push_back(warns("state", fmt::format("{} is not there yet", configured.state_file.string()),
                            "the daemon makes it when it first runs"));
        return;
    }
    const auto kept = read_findings(configured.state_file, false);
    out.push_back(kept ? passes("state", fmt::format("{} can be read", configured.state_file.string()))
                       : fails("state", kept.error().what, "see docs/operations/state.md"));
}

// ---- the API

struct answer_seen {
    result<http_answer> answer;
    milliseconds took{0};
    time_point at;
};

task<answer_seen> ask_once(https_client& client, http_request request)
{
    const auto began = clock::now();
    auto answer = co_await client.send(std::move(request));
    co_return answer_seen{std::move(answer), std::chrono::duration_cast<milliseconds>(clock::now() - began),
                          std::chrono::system_clock::now()};
}

answer_seen ask_api_of(const account_settings& account, https_options way, const secret& key)
{
    asio::io_context io(1);
    auto client = create_https_client(std::move(way));
    if (!client)
        return answer_seen{client.error(), {}, {}};
    http_request request;
    request.target = "/connections?page%5Bsize%5D=1";
    if (!account.managed_account_id.empty())
        request.headers.push_back({"X-Managed-Account-Id", account.managed_account_id});
    request.authorization = secret(fmt::format("Bearer {}", key.reveal()));
    auto seen = run_to_end(io, ask_once(**client, std::move(request)));
    client->reset();  // its connections belong to `io`
    return seen;
}

std::string addresses_of(std::size_t count)
{
    return count == 1 ? "1 address" : fmt::format("{} addresses", count);
}

void check_name(const std::string& about, const std::string& host, doctor_checks& out)
{
    const auto began = clock::now();
    const auto found = system_lookup(host);
    const auto took = std::chrono::duration_cast<milliseconds>(clock::now() - began);
    if (!found)
        out.push_back(fails(about,
                            fmt::format("the name {} cannot be looked up: {}", host, found.error().what),
                            "look at /etc/resolv.conf and the name server it names"));
    else if (took > 2s)
        out.push_back(warns(about, fmt::format("looking up {} took {}", host, for_people(took)),
                            "a name server of /etc/resolv.conf does not answer"));
    else
        out.push_back(
            passes(about, fmt::format("{} has {}, looked up in {}", host, addresses_of(found->size()),
                                      for_people(std::max(took, 1ms)))));
}

void check_clock(const std::string& about, const answer_seen& seen, doctor_checks& out)
{
    constexpr auto much = 30s;
    const auto theirs = parse_http_date(seen.answer->hints.date, seen.at);
    if (!theirs) {
        out.push_back(warns(about, "the API's answer has no date to compare the clock with",
                            "timedatectl shows the clock of this host"));
        return;
    }
    const auto off = std::chrono::duration_cast<milliseconds>(seen.at - *theirs);
    if (std::chrono::abs(off) > much)
        out.push_back(
            fails(about,
                  fmt::format("the clock of this host is {} {} that of the API",
                              for_people(std::chrono::abs(off)), off.count() > 0 ? "ahead of" : "behind"),
                  "timedatectl set-ntp true; certificates, ages and the audit log depend on it"));
    else
        out.push_back(passes(about, "the clock agrees with that of the API"));
}

doctor_check judge_status(const std::string& about, const answer_seen& seen)
{
    const auto status = seen.answer->status;
    const auto took = for_people(std::max(seen.took, 1ms));
    if (status == 401)
        return fails(about, "the API rejects the key (401)",
                     "put a valid key there; in the portal: API Keys");
    if (status == 403)
        return warns(about, "the key may not read connections (403)",
                     "give its user the permission, or see accepted_blind_spots");
    if (status == 429)
        return warns(about, "the API refuses more requests for now (429)",
                     "lower poll.requests_per_second, or see who else uses the account's allowance");
    if (status != 200)
        return fails(about, fmt::format("the API answered {}", status),
                     "look at Telnyx' status page, and at api_url");
    return passes(about,
                  fmt::format("answers in {}; the certificate is valid, the API accepts the key", took));
}

void check_api(const account_settings& account, doctor_checks& out)
{
    const auto to = parse_origin(account.api_url);
    if (!to)
        return;
    const auto about = "api " + account.name;
    auto way = api_connection(account);
    if (!way) {
        out.push_back(fails(about, way.error().what, "correct it there"));
        return;
    }
    check_name("dns " + account.name, nearest_of(*way, *to).host, out);
    const auto key = load_api_key(account);
    if (!key) {
        out.push_back(fails(about, key.error().what, "run it as root, or as a user who may read the key"));
        return;
    }
    const auto seen = ask_api_of(account, std::move(*way), *key);
    if (!seen.answer)
        out.push_back(fails(about, seen.answer.error().what,
                            seen.answer.error().kind == errc::untrusted
                                ? "does a proxy intercept the connection? Its authority goes into ca_file. "
                                  "Is ca-certificates installed?"
                                : "can this host reach it? A firewall or a proxy may block port 443"));
    else {
        out.push_back(judge_status(about, seen));
        check_clock("clock " + account.name, seen, out);
    }
}

// ---- who is told

void check_reach(const std::string& about, const origin& to, doctor_checks& out)
{
    const auto found = system_lookup(to.host);
    if (!found) {
        out.push_back(
            fails(about, fmt::format("the name {} cannot be looked up", to.host), "correct its url"));
        return;
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
    if (!outcome || *outcome)
        out.push_back(fails(about,
                            fmt::format("{} does not take connections: {}", to.authority,
                                        outcome ? outcome->message() : "no answer in 5 s"),
                            "is it running, and can this host reach it?"));
    else
        out.push_back(passes(
            about,
            fmt::format("{} takes connections; \"trunkwarden alerts test\" sends a message", to.authority)));
}

void check_sinks(const settings& configured, doctor_checks& out)
{
    if (configured.alerts.sinks.empty())
        out.push_back(warns("alerts", "no alerts are sent: alerts.sinks is empty",
                            "add a sink; see trunkwarden.yml(5)"));
    for (const auto& one : configured.alerts.sinks) {
        const auto about = "sink " + one.name;
        const auto sink = create_alert_sink(one);
        if (!sink) {
            out.push_back(fails(about, sink.error().what, "correct it, then: trunkwarden alerts test"));
            continue;
        }
        const auto way = sink_connection(one, (*sink)->base_url());
        if (!way)
            out.push_back(fails(about, way.error().what, "correct it, then: trunkwarden alerts test"));
        else if (const auto to = parse_origin((*sink)->base_url(), plain_http::to_any_host))
            check_reach(about, nearest_of(*way, *to), out);
    }
}

// ---- the daemon

void check_scrape(const settings& configured, const json::object& status, doctor_checks& out)
{
    constexpr auto long_ago = 5min;
    if (configured.web.listen_address.empty()) {
        out.push_back(warns("scrape", "metrics are switched off (web.listen_address)",
                            "switch them on, so that Prometheus notices when the daemon stops"));
        return;
    }
    const auto last = parse_time(string_at(status, "metrics_last_read"));
    const auto now = std::chrono::system_clock::now();
    const auto todo =
        fmt::format("let Prometheus scrape {}: /usr/share/trunkwarden/prometheus/prometheus.example.yml",
                    configured.web.listen_address);
    if (!last)
        out.push_back(warns("scrape", "nobody has read the metrics since the daemon started", todo));
    else if (now - *last > long_ago)
        out.push_back(
            warns("scrape", fmt::format("the metrics were last read {}", relative(*last, now)), todo));
    else
        out.push_back(passes("scrape", fmt::format("the metrics were last read {}", relative(*last, now))));
}

void check_daemon(const settings& configured, doctor_checks& out)
{
    const auto answer = ask_api(configured.control_socket, {"GET", "/api/v1/status", ""});
    if (!answer || !answer->is_object()) {
        out.push_back(fails("daemon", answer ? "the daemon's answer is not understood" : answer.error().what,
                            "systemctl status trunkwarden; journalctl -u trunkwarden"));
        return;
    }
    const auto& status = answer->get_object();
    const std::string summary(string_at(status, "summary"));
    const auto* well = status.if_contains("well");
    if (well != nullptr && well->is_bool() && well->get_bool())
        out.push_back(passes("daemon", summary));
    else
        out.push_back(warns("daemon", summary, "trunkwarden status; trunkwarden findings"));
    if (const auto running = string_at(status, "version"); running != version)
        out.push_back(warns(
            "daemon", fmt::format("the daemon has version {}, this command has version {}", running, version),
            "systemctl restart trunkwarden"));
    check_scrape(configured, status, out);
}

int examine(const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    doctor_checks found;
    progress_line progress;
    const auto file = whole_name(common.config_file);
    const auto read = load_settings(file);
    progress.show("looking at the files");
    check_files(file, found);
    if (read.problems.empty()) {
        check_rights(read.value, found);
        check_state(read.value, found);
        for (const auto& account : read.value.accounts) {
            progress.show("asking the API for account " + account.name);
            check_api(account, found);
        }
        std::ranges::move(check_proxies(read.value), std::back_inserter(found));
        progress.show("looking at the sinks");
        check_sinks(read.value, found);
        progress.show("asking the daemon");
        check_daemon(read.value, found);
    }
    progress.clear();
    print_result("{}", common.output == output_format::json
                           ? doctor_report_json(found)
                           : doctor_report_text(found, layout_of(STDOUT_FILENO)));
    return std::ranges::any_of(found, [](const doctor_check& one) { return one.is == state::fail; }) ? 1 : 0;
}

}  // namespace

const command_spec doctor_command{"doctor", "Check everything that monitoring depends on", doctor_examples,
                                  without_options<examine>};

}  // namespace trunkwarden
