#include "cli/daemon_checks.hpp"

#include <chrono>
#include <cstdint>
#include <fmt/format.h>
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
    const auto* const member = status.if_contains("log_lines_dropped");
    const auto dropped = member != nullptr && member->is_number() ? member->to_number<std::int64_t>() : 0;
    if (dropped > 0)
        out.push_back(warns(
            "log",
            fmt::format("{} of the daemon's log were dropped since it started",
                        plural(static_cast<std::size_t>(dropped), "line")),
            "nobody takes what it writes to stderr, or a disk is full: journalctl -u trunkwarden shows what "
            "arrived"));
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
    judge_log(status, out);
    if (const auto* const sinks = status.if_contains("sinks"); sinks != nullptr && sinks->is_array())
        for (const auto& sink : sinks->get_array())
            if (sink.is_object())
                judge_clock_of(sink.get_object(), out);
    judge_scrape(listen_address, status, now, out);
}

}  // namespace trunkwarden
