#pragma once

#include <chrono>
#include <string>

#include "cli/report/period_report.hpp"

// A week of the history, and events in it.

namespace trunkwarden::periods {

using namespace std::chrono_literals;

using kind = history_kind;

inline const time_point monday = start_of(day(std::chrono::year(2026) / 11 / 23));

inline report_period week()
{
    return {.from = monday, .to = monday + 7 * 24h};
}

inline history_event about(kind event_kind, time_point at, const std::string& finding,
                           severity level = severity::critical)
{
    return {.at = at,
            .kind = event_kind,
            .level = level,
            .account = "production",
            .resource = "ips",
            .finding = finding,
            .sentence = "Unknown SIP IP of " + finding};
}

inline history_event of_daemon(kind event_kind, time_point at)
{
    return {.at = at, .kind = event_kind, .sentence = "the daemon"};
}

// A daemon that ran before the period.
inline around_the_period running()
{
    return {.daemon = {of_daemon(kind::started, monday - 24h)}};
}

inline open_finding_record open_since(time_point since, bool is_blindness = false)
{
    open_finding_record out;
    out.id = "f-old";
    out.account = "production";
    out.level = severity::critical;
    out.title = "Call forwarding is new";
    out.status = "open";
    out.since = since;
    out.is_blindness = is_blindness;
    return out;
}

}  // namespace trunkwarden::periods
