#pragma once

#include "catalogue/catalogue.hpp"
#include "fakes/times.hpp"
#include "status/daemon_status.hpp"

// A daemon that watches one account in which all is well, and findings to spoil it with.

namespace trunkwarden::examples {

using fakes::noon;

inline coverage read_completely(const char* resource)
{
    coverage out;
    out.type = find_resource(resource);
    out.succeed(2, noon);
    return out;
}

inline coverage not_readable(const char* resource, const char* why)
{
    coverage out = read_completely(resource);
    out.fail({errc::server_error, why}, noon);
    return out;
}

inline finding example_finding(const char* id, severity level, time_point first_seen)
{
    deviation deviation;
    deviation.type = find_resource("ips");
    deviation.id = "1293384261075731499";
    deviation.label = "192.0.2.66:5060";
    deviation.kind = deviation_kind::unknown;
    deviation.level = level;
    deviation.fields = {{"ip_address", std::nullopt, "192.0.2.66"},
                        {"connection_id", std::nullopt, "1293384261075731500"}};
    return {id,
            "production",
            deviation,
            "Unknown SIP IP 192.0.2.66:5060 on connection office-pbx",
            finding_status::open,
            first_seen,
            noon};
}

inline account_status well_read_account()
{
    account_status out;
    out.name = "production";
    out.complete = true;
    out.sweeps = 7;
    out.last_sweep = out.last_complete = noon - std::chrono::seconds(8);
    out.seen = {read_completely("ips"), read_completely("call_forwarding"), read_completely("two_factor")};
    out.audit_read = noon - std::chrono::seconds(4);
    return out;
}

inline sink_status working_sink()
{
    return {.name = "page",
            .type = sink_type::pagerduty,
            .pending = 0,
            .dead = 0,
            .last_delivered = noon - std::chrono::hours(2),
            .last_error = ""};
}

inline daemon_status all_well()
{
    daemon_status out;
    out.started = noon - std::chrono::hours(26);
    out.mode = quarantine_mode::dry_run;
    out.accounts = {well_read_account()};
    out.sinks = {working_sink()};
    out.state_file = "/var/lib/trunkwarden/state.db";
    return out;
}

}  // namespace trunkwarden::examples
