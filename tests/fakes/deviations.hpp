#pragma once

#include <string>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "fakes/times.hpp"
#include "findings/finding.hpp"

// Deviations and events for tests that need some and do not care how they came about.

namespace trunkwarden::fakes {

inline const resource_type& ips = *find_resource("ips");

inline deviation unknown_ip(std::string id, severity level = severity::critical)
{
    deviation out;
    out.type = find_resource("ips");
    out.label = "192.0.2.66:5060";
    out.address = id;
    out.id = std::move(id);
    out.kind = deviation_kind::unknown;
    out.level = level;
    out.fields = {{"ip_address", std::nullopt, "192.0.2.66", severity::info, false}};
    return out;
}

inline finding_event event(transition transition, std::string id, severity level = severity::critical,
                           time_point at = noon)
{
    finding about;
    about.id = "f-" + id;
    about.account = "production";
    about.deviation = unknown_ip(std::move(id), level);
    about.title = "Unknown SIP IP 192.0.2.66:5060";
    about.first_seen = about.last_seen = about.opened = about.last_notified = at;
    about.max_severity = level;
    return {transition, std::move(about), at};
}

inline audit_event audited(std::string id, std::string resource_id, std::string user, time_point at)
{
    audit_event out;
    out.id = std::move(id);
    out.by = {std::move(user), "organization_member", at};
    out.change_type = "create";
    out.resource_id = std::move(resource_id);
    return out;
}

}  // namespace trunkwarden::fakes
