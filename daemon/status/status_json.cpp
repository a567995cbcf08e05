#include "status/status_json.hpp"

#include <algorithm>

#include "findings/coverage_json.hpp"
#include "findings/finding_json.hpp"
#include "findings/finding_order.hpp"
#include "status/health.hpp"
#include "status/nothing_read.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"
#include "support/version.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::object counts_of(const std::vector<finding>& findings)
{
    const auto having = [&findings](auto which) { return std::ranges::count_if(findings, which); };
    const auto in = [&having](finding_status status) {
        return having([status](const finding& f) { return f.status == status; });
    };
    json::object out;
    out["open"] = in(finding_status::open);
    out["open_critical"] = having([](const finding& f) {
        return f.status == finding_status::open && f.what.level == severity::critical;
    });
    out["acknowledged"] = in(finding_status::acknowledged);
    out["contained"] = in(finding_status::contained);
    return out;
}

json::array not_read_of(const account_status& of)
{
    json::array out;
    for (const auto& seen : of.seen) {
        if (seen.satisfied())
            continue;
        json::object one;
        one["resource"] = view(seen.type->name);
        one["state"] = view(json_word_of(seen.state));
        one["reason"] = or_null(seen.reason);
        one["last_complete"] = or_null(seen.last_complete);
        out.push_back(std::move(one));
    }
    return out;
}

json::array accepted_of(const account_status& of)
{
    json::array out;
    for (const auto& seen : of.seen)
        if (seen.state == reading_state::accepted)
            out.emplace_back(view(seen.type->name));
    return out;
}

bool is_two_factor(const resource_type& type)
{
    return type.role == resource_role::two_factor;
}

// No endpoint shows it: an attestation is evidence for it, and an audit event evidence against it.
json::object two_factor_of(const account_status& of)
{
    json::object out;
    out["state"] = "not known";
    out["reason"] = nullptr;
    const auto seen = std::ranges::find_if(of.seen, [](const coverage& c) { return is_two_factor(*c.type); });
    const auto doubt = std::ranges::find_if(
        of.findings, [](const finding& f) { return is_two_factor(*f.what.type) && f.what.from_event; });
    if (doubt != of.findings.end()) {
        out["reason"] = view(doubt->title);
        return out;
    }
    if (seen == of.seen.end() || of.refused)
        return out;
    if (seen->state == reading_state::complete)
        out["state"] = "shown";
    else if (seen->state == reading_state::accepted)
        out["state"] = "accepted";
    out["reason"] = or_null(seen->reason);
    return out;
}

json::object audit_log_of(const account_status& of)
{
    json::object out;
    out["state"] = !of.audit_watched  ? "off"
                   : of.audit_trouble ? "failed"
                   : of.audit_read    ? "read"
                                      : "not read yet";
    out["last_read"] = or_null(of.audit_read);
    out["reason"] = text_or_null(of.audit_trouble);
    return out;
}

json::value json_of(const std::optional<nothing_read_now>& found)
{
    if (!found)
        return nullptr;
    return {{"since", or_null(found->since)}, {"reason", view(found->reason)}};
}

json::value json_of(const std::optional<money_summary>& of)
{
    if (!of)
        return nullptr;
    json::object out;
    out["currency"] = view(of->currency);
    out["available"] = of->available ? json::value(view(to_text(*of->available))) : json::value(nullptr);
    out["spent_today"] = view(to_text(of->today));
    out["spent_last_day"] = view(to_text(of->last_day));
    out["at_least"] = of->has_pauses;
    out["gone_in_seconds"] = of->lasts
                                 ? json::value(std::chrono::floor<std::chrono::seconds>(*of->lasts).count())
                                 : json::value(nullptr);
    return out;
}

json::value json_of(const std::optional<std::vector<registered_client>>& of)
{
    if (!of)
        return nullptr;
    return {{"clients", of->size()},
            {"not_trusted", std::ranges::count(*of, false, &registered_client::is_trusted)}};
}

json::value json_of(const std::optional<calls_summary>& of)
{
    if (!of)
        return nullptr;
    json::array countries;
    for (const auto& one : of->by_country)
        countries.push_back(
            {{"country", view(one.country)}, {"calls", one.calls}, {"cost", view(to_text(one.cost))}});
    return {{"countries", std::move(countries)}, {"at_least", of->is_least}};
}

// Null is not zero: what is not watched, or cannot be read, is not known.
json::object json_of(const use_summary& of)
{
    json::object out;
    out["money"] = json_of(of.money);
    out["registrations"] = json_of(of.registered);
    out["running_calls"] = of.running_calls ? json::value(*of.running_calls) : json::value(nullptr);
    out["calls_last_hour"] = json_of(of.calls);
    return out;
}

json::array json_of(const std::vector<std::string>& sentences)
{
    json::array out;
    for (const auto& one : sentences)
        out.emplace_back(view(one));
    return out;
}

json::object json_of(const account_status& of)
{
    json::object out;
    out["account"] = view(of.name);
    out["complete"] = of.complete && !of.refused;
    out["refused"] = text_or_null(of.refused);
    out["sweeps"] = of.sweeps;
    out["last_sweep"] = or_null(of.last_sweep);
    out["last_complete"] = or_null(of.last_complete);
    out["nothing_read"] = json_of(nothing_read_of(of.seen));
    out["resources"] = of.seen.size();
    out["not_read"] = not_read_of(of);
    out["accepted_blind_spots"] = accepted_of(of);
    out["findings"] = counts_of(of.findings);
    out["two_factor"] = two_factor_of(of);
    out["audit_log"] = audit_log_of(of);
    out["not_proven"] = json_of(of.not_proven);
    out["use"] = json_of(of.use);
    out["warnings"] = json_of(of.warnings);
    return out;
}

json::value json_of(const std::optional<refused_reload>& of)
{
    if (!of)
        return nullptr;
    json::array problems;
    for (const auto& one : of->problems)
        problems.emplace_back(view(one));
    json::object out;
    out["at"] = view(rfc3339(of->at));
    out["problems"] = std::move(problems);
    return out;
}

json::value json_of(const std::optional<heartbeat_status>& of)
{
    if (!of)
        return nullptr;
    json::object out;
    out["last_taken"] = or_null(of->last_taken);
    out["last_error"] = text_or_null(of->last_error);
    out["held_back"] = text_or_null(of->held_back);
    out["failures"] = of->failures;
    return out;
}

json::value in_seconds(const std::optional<std::chrono::milliseconds>& span)
{
    return span ? json::value(std::chrono::duration<double>(*span).count()) : json::value(nullptr);
}

json::object json_of(const process_limits& of)
{
    json::object out;
    out["open_files"] = or_null(of.open_files);
    out["file_bytes"] = or_null(of.file_bytes);
    return out;
}

json::object json_of(const sink_status& of)
{
    json::object out;
    out["sink"] = view(of.name);
    out["type"] = view(name_of(of.type));
    out["pending"] = of.pending;
    out["dead"] = of.dead;
    out["last_taken"] = or_null(of.last_delivered);
    out["last_error"] = or_null(of.last_error);
    out["clock_ahead_seconds"] = in_seconds(of.clock_ahead);
    return out;
}

}  // namespace

json::array findings_json(const daemon_status& status)
{
    std::vector<const finding*> all;
    for (const auto& account : status.accounts)
        for (const auto& one : account.findings)
            all.push_back(&one);
    std::ranges::sort(all, [](const finding* a, const finding* b) { return is_shown_before(*a, *b); });
    json::array out;
    for (const auto* one : all)
        out.push_back(to_json(*one, status.links));
    return out;
}

json::object coverage_json(const daemon_status& status)
{
    json::array accounts;
    bool all_complete = !status.accounts.empty();
    for (const auto& account : status.accounts) {
        json::array seen;
        for (const auto& one : account.seen)
            seen.push_back(to_json(one));
        const bool complete = account.complete && !account.refused;
        all_complete = all_complete && complete;
        json::object one;
        one["account"] = view(account.name);
        one["complete"] = complete;
        if (account.refused)
            one["reason"] = view(*account.refused);
        one["coverage"] = std::move(seen);
        one["not_proven"] = json_of(account.not_proven);
        accounts.push_back(std::move(one));
    }
    json::object out;
    out["complete"] = all_complete;
    out["accounts"] = std::move(accounts);
    return out;
}

json::object status_json(const daemon_status& status, time_point now)
{
    const auto judged = health_of(status, now);
    json::array accounts;
    for (const auto& one : status.accounts)
        accounts.push_back(json_of(one));
    json::array sinks;
    for (const auto& one : status.sinks)
        sinks.push_back(json_of(one));
    json::object state_file;
    state_file["path"] = view(status.state_file);
    state_file["trouble"] = text_or_null(status.state_trouble);

    json::object out;
    out["well"] = judged.well;
    out["summary"] = view(judged.sentence);
    out["version"] = view(version);
    out["revision"] = view(revision);
    out["at"] = view(rfc3339(now));
    out["started"] = view(rfc3339(status.started));
    out["quarantine_mode"] = view(name_of(status.mode));
    out["frozen_since"] = status.frozen ? or_null(rfc3339(status.frozen->since)) : json::value(nullptr);
    out["actions_waiting"] = status.actions_waiting;
    out["actions_failed"] = status.actions_failed;
    out["accounts"] = std::move(accounts);
    out["sinks"] = std::move(sinks);
    out["heartbeat"] = json_of(status.heartbeat);
    out["unheard"] = status.alerts_never_delivered;
    out["metrics_last_read"] = or_null(status.scraped);
    out["log_lines_dropped"] = status.log_lines_dropped;
    out["limits"] = json_of(status.limits);
    out["refused_reload"] = json_of(status.refused);
    out["state_file"] = std::move(state_file);
    return out;
}

}  // namespace trunkwarden
