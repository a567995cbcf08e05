#include "cli/daemon_checks.hpp"

#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "cli/report/findings_report.hpp"
#include "support/json_member.hpp"
#include "support/parse_time.hpp"
#include "support/plural.hpp"
#include "support/version.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

void judge_scrape(const std::string& listen_address, const json::object& status, time_point now,
                  doctor_checks& out)
{
    constexpr auto long_ago = 5min;
    if (listen_address.empty()) {
        out.push_back(warns("scrape", "metrics are switched off (web.listen_address)",
                            "switch them on, so that Prometheus notices when the daemon stops"));
        return;
    }
    const auto last = parse_time(string_at(status, "metrics_last_read"));
    const auto todo = fmt::format(
        "let Prometheus scrape {}: /usr/share/trunkwarden/prometheus/prometheus.example.yml", listen_address);
    if (!last)
        out.push_back(warns("scrape", "nobody has read the metrics since the daemon started", todo));
    else if (now - *last > long_ago)
        out.push_back(
            warns("scrape", fmt::format("the metrics were last read {}", relative(*last, now)), todo));
    else
        out.push_back(passes("scrape", fmt::format("the metrics were last read {}", relative(*last, now))));
}

void judge_log(const json::object& status, doctor_checks& out)
{
    const auto dropped = whole_number_at(status, "log_lines_dropped").value_or(0);
    if (dropped > 0)
        out.push_back(warns(
            "log",
            fmt::format("{} of the daemon's log were dropped since it started", plural(dropped, "line")),
            "nobody takes what it writes to stderr, or a disk is full: journalctl -u trunkwarden shows what "
            "arrived"));
}

// Adds the obstacles between a sink's messages and people, as the daemon saw them last.
void judge_messages_of(const json::object& sink, doctor_checks& out)
{
    const std::string name(string_at(sink, "sink"));
    const auto about = "sink " + name;
    if (const auto error = printable_at(sink, "last_error"); !error.empty())
        out.push_back(warns(about, fmt::format("the daemon had trouble with its last message: {}", error),
                            fmt::format("\"trunkwarden alerts test {}\" tries it now", name)));
    if (const auto dead = whole_number_at(sink, "dead"); dead && *dead > 0)
        out.push_back(warns(about, fmt::format("it refused {} for good", plural(*dead, "message")),
                            "\"trunkwarden alerts dead\" shows them, and sends them again"));
}

void judge_sent_heartbeats(const json::object& status, doctor_checks& out)
{
    const auto* const beat = object_at(status, "heartbeat");
    if (beat == nullptr)
        return;
    if (const auto why = printable_at(*beat, "held_back"); !why.empty())
        out.push_back(warns("heartbeat", fmt::format("the daemon holds it back, because {}", why),
                            "trunkwarden status"));
    if (const auto error = printable_at(*beat, "last_error"); !error.empty())
        out.push_back(warns("heartbeat", fmt::format("it is not taken: {}", error),
                            "look at its receiver, and at alerts.heartbeat in the settings"));
}

void judge_writing(const json::object& status, doctor_checks& out)
{
    const auto* const file = object_at(status, "state_file");
    if (file == nullptr)
        return;
    if (const auto trouble = printable_at(*file, "trouble"); !trouble.empty())
        out.push_back(fails(
            "state", fmt::format("the daemon does not write {}: {}", printable_at(*file, "path"), trouble),
            "see docs/operations/state.md; it watches, and forgets when it stops"));
}

void judge_last_reload(const json::object& status, doctor_checks& out)
{
    constexpr std::size_t longest = 400;
    const auto* const refused = object_at(status, "refused_reload");
    const auto* const member = refused == nullptr ? nullptr : refused->if_contains("problems");
    const auto* const problems = member == nullptr ? nullptr : member->if_array();
    if (problems == nullptr || problems->empty() || !problems->front().is_string())
        return;
    const auto& first = problems->front().get_string();
    const auto more =
        problems->size() > 1 ? fmt::format(" (and {} more)", problems->size() - 1) : std::string();
    out.push_back(fails("reload",
                        fmt::format("edited files are not taken: {}{}",
                                    printable({first.data(), first.size()}, longest), more),
                        "correct them, then: trunkwarden reload"));
}

void judge_limits_of(const json::object& status, doctor_checks& out)
{
    if (const auto* const limits = object_at(status, "limits"))
        judge_limits({whole_number_at(*limits, "open_files"), whole_number_at(*limits, "file_bytes")},
                     "in the daemon", out);
}

void judge_clock_of(const json::object& sink, doctor_checks& out)
{
    constexpr auto much = 1min;
    const auto* const member = sink.if_contains("clock_ahead_seconds");
    if (member == nullptr || !member->is_number())
        return;
    const std::chrono::duration<double> seconds(member->to_number<double>());
    const auto ahead = std::chrono::floor<std::chrono::seconds>(seconds);
    if (std::chrono::abs(ahead) > much)
        out.push_back(
            warns(fmt::format("clock of sink {}", string_at(sink, "sink")),
                  fmt::format("the clock of this host is {} {} it", for_people(std::chrono::abs(ahead)),
                              ahead.count() > 0 ? "behind" : "ahead of"),
                  "timedatectl shows which of the two is wrong"));
}

}  // namespace

void judge_limits(const process_limits& limits, std::string_view whose, doctor_checks& out)
{
    constexpr std::uint64_t few_files = 256;
    const auto before = out.size();
    if (limits.open_files && *limits.open_files < few_files)
        out.push_back(warns("limits",
                            fmt::format("{} files may be open at a time {}", *limits.open_files, whose),
                            "the daemon needs one for each connection: ulimit -n 1024, or LimitNOFILE= of "
                            "its unit"));
    if (limits.file_bytes)
        out.push_back(warns("limits", fmt::format("a file may have {} bytes {}", *limits.file_bytes, whose),
                            "the state file and its journal grow beyond that on a large account: ulimit -f "
                            "unlimited, or LimitFSIZE= of the daemon's unit"));
    if (out.size() == before)
        out.push_back(
            passes("limits", fmt::format("open files and sizes of files are as they should be {}", whose)));
}

void judge_status(const std::string& listen_address, const json::object& status, time_point now,
                  doctor_checks& out)
{
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
    judge_writing(status, out);
    judge_last_reload(status, out);
    judge_log(status, out);
    judge_limits_of(status, out);
    if (const auto* const sinks = status.if_contains("sinks"); sinks != nullptr && sinks->is_array())
        for (const auto& sink : sinks->get_array())
            if (sink.is_object()) {
                judge_messages_of(sink.get_object(), out);
                judge_clock_of(sink.get_object(), out);
            }
    judge_sent_heartbeats(status, out);
    judge_scrape(listen_address, status, now, out);
}

}  // namespace trunkwarden
