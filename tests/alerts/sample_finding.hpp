#pragma once

#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/notification.hpp"
#include "findings/links.hpp"
#include "support/json_view.hpp"
#include "support/parse_time.hpp"

// Findings as their JSON, and the notifications about them.

namespace trunkwarden {

// Ten minutes after sample_finding() was first seen.
inline time_point sample_now()
{
    return parse_time("2026-11-22T10:10:04Z").value();
}

inline boost::json::object sample_finding()
{
    return boost::json::parse(R"({
        "id": "f-3b1c9a70d2e4", "state": "3fa9", "account": "production", "resource": "ips", "resource_id": "1293384261075731499",
        "label": "192.0.2.66:5060", "kind": "unknown", "severity": "critical", "status": "open",
        "title": "Unknown SIP IP 192.0.2.66:5060 on connection office-pbx",
        "fields": [{"field": "ip_address", "expected": null, "actual": "192.0.2.66"},
                   {"field": "port", "expected": "5060", "actual": "5080"}],
        "attack": "T1098", "actor": null,
        "first_seen": "2026-11-22T10:00:04Z", "last_seen": "2026-11-22T10:10:04Z",
        "runbook_url": "file:///usr/share/doc/trunkwarden/detections.md#ips"})")
        .as_object();
}

inline boost::json::object with(boost::json::object finding, std::string_view member,
                                boost::json::value value)
{
    finding[view(member)] = std::move(value);
    return finding;
}

// The same, of an incident, when the settings say where people read on.
inline boost::json::object linked_finding()
{
    auto out = with(sample_finding(), "incident", "i-0123456789ab");
    add_links(out, {"https://guard.example.com", "https://wiki.example.com/tw"});
    return out;
}

inline notification told(std::string event, boost::json::object finding = sample_finding())
{
    notification out;
    out.event = std::move(event);
    out.delivery_id = "d-1";
    out.account = "production";
    out.findings.push_back(std::move(finding));
    return out;
}

// `count` findings at once, of which the first `in_full` are written out; the n-th has id f-n and the
// severity given for it.
inline notification told_many(std::size_t count, std::size_t in_full, std::string_view severity = "critical")
{
    notification out;
    out.event = "opened_many";
    out.delivery_id = "d-2";
    out.account = "production";
    for (std::size_t n = 0; n < count; ++n) {
        out.ids.push_back("f-" + std::to_string(n));
        out.severities.emplace_back(severity);
        if (n < in_full)
            out.findings.push_back(
                with(with(sample_finding(), "id", view(out.ids.back())), "severity", view(severity)));
    }
    return out;
}

// A name that an intruder may have given a connection.
inline constexpr std::string_view hostile_text =
    "<!channel> <https://evil.example|bank> & *bold* `code`\n\x1b[31m\xE2\x80\xAE @here \"quoted\" \\ end";

}  // namespace trunkwarden
