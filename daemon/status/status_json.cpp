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
        return f.status == finding_status::open && f.deviation.level == severity::critical;
    });
    out["acknowledged"] = in(finding_status::acknowledged);
    out["contained"] = in(finding_status::contained);
    return out;
}

json::array not_read_of(const account_status& status)
{
    json::array out;
    for (const auto& seen : status.seen) {
        if (seen.satisfied())
            continue;
        json::object object;
        object["resource"] = view(seen.type->name);
        object["state"] = view(json_word_of(seen.state));
        object["reason"] = or_null(seen.reason);
        object["last_complete"] = or_null(seen.last_complete);
        out.push_back(std::move(object));
    }
    return out;
}

json::array accepted_of(const account_status& status)
{
    json::array out;
    for (const auto& seen : status.seen)
        if (seen.state == reading_state::accepted)
            out.emplace_back(view(seen.type->name));
    return out;
}

bool is_two_factor(const resource_type& type)
{
    return type.role == resource_role::two_factor;
}

// No endpoint shows it: an attestation is evidence for it, and an audit event evidence against it.
json::object two_factor_of(const account_status& status)
{
    json::object out;
    out["state"] = "not known";
    out["reason"] = nullptr;
    const auto seen =
        std::ranges::find_if(status.seen, [](const coverage& c) { return is_two_factor(*c.type); });
    const auto doubt = std::ranges::find_if(status.findings, [](const finding& f) {
        return is_two_factor(*f.deviation.type) && f.deviation.from_event;
    });
    if (doubt != status.findings.end()) {
        out["reason"] = view(doubt->title);
        return out;
    }
    if (seen == status.seen.end() || status.refused)
        return out;
    if (seen->state == reading_state::complete)
        out["state"] = "shown";
    else if (seen->state == reading_state::accepted)
        out["state"] = "accepted";
    out["reason"] = or_null(seen->reason);
    return out;
}

json::object audit_log_of(const account_status& status)
{
    json::object out;
    out["state"] = !status.audit_watched  ? "off"
                   : status.audit_trouble ? "failed"
                   : status.audit_read    ? "read"
                                          : "not read yet";
    out["last_read"] = or_null(status.audit_read);
    out["reason"] = text_or_null(status.audit_trouble);
    return out;
}

json::value json_of(const std::optional<nothing_read_now>& found)
{
    if (!found)
        return nullptr;
    return {{"since", or_null(found->since)}, {"reason", view(found->reason)}};
}

json::value json_of(const std::optional<money_summary>& money)
{
    if (!money)
        return nullptr;
    json::object out;
    out["currency"] = view(money->currency);
    out["available"] =
        money->available ? json::value(view(to_text(*money->available))) : json::value(nullptr);
    out["spent_today"] = view(to_text(money->today));
    out["spent_last_day"] = view(to_text(money->last_day));
    out["at_least"] = money->has_pauses;
    out["gone_in_seconds"] =
        money->lasts ? json::value(std::chrono::floor<std::chrono::seconds>(*money->lasts).count())
                     : json::value(nullptr);
    return out;
}

json::value json_of(const std::optional<std::vector<registered_client>>& clients)
{
    if (!clients)
        return nullptr;
    return {{"clients", clients->size()},
            {"not_trusted", std::ranges::count(*clients, false, &registered_client::is_trusted)}};
}

json::value json_of(const std::optional<calls_summary>& calls)
{
    if (!calls)
        return nullptr;
    json::array countries;
    for (const auto& country : calls->by_country)
        countries.push_back({{"country", view(country.country)},
                             {"calls", country.calls},
                             {"cost", view(to_text(country.cost))}});
    return {{"countries", std::move(countries)}, {"at_least", calls->is_least}};
}

// Null is not zero: a value that is not watched, or cannot be read, is not known.
json::object json_of(const use_summary& use)
{
    json::object out;
    out["money"] = json_of(use.money);
    out["registrations"] = json_of(use.registered);
    out["running_calls"] = use.running_calls ? json::value(*use.running_calls) : json::value(nullptr);
    out["calls_last_hour"] = json_of(use.calls);
    return out;
}

json::array json_of(const std::vector<std::string>& sentences)
{
    json::array out;
    for (const auto& sentence : sentences)
        out.emplace_back(view(sentence));
    return out;
}

json::object json_of(const account_status& status)
{
    json::object out;
    out["account"] = view(status.name);
    out["complete"] = status.complete && !status.refused;
    out["refused"] = text_or_null(status.refused);
    out["sweeps"] = status.sweeps;
    out["last_sweep"] = or_null(status.last_sweep);
    out["last_complete"] = or_null(status.last_complete);
    out["nothing_read"] = json_of(nothing_read_of(status.seen));
    out["resources"] = status.seen.size();
    out["not_read"] = not_read_of(status);
    out["accepted_blind_spots"] = accepted_of(status);
    out["findings"] = counts_of(status.findings);
    out["two_factor"] = two_factor_of(status);
    out["audit_log"] = audit_log_of(status);
    out["not_proven"] = json_of(status.not_proven);
    out["use"] = json_of(status.use);
    out["warnings"] = json_of(status.warnings);
    return out;
}

json::value json_of(const std::optional<refused_reload>& refused)
{
    if (!refused)
        return nullptr;
    json::array problems;
    for (const auto& problem : refused->problems)
        problems.emplace_back(view(problem));
    json::object out;
    out["at"] = view(rfc3339(refused->at));
    out["problems"] = std::move(problems);
    return out;
}

json::value json_of(const std::optional<heartbeat_status>& heartbeat)
{
    if (!heartbeat)
        return nullptr;
    json::object out;
    out["last_taken"] = or_null(heartbeat->last_taken);
    out["last_error"] = text_or_null(heartbeat->last_error);
    out["held_back"] = text_or_null(heartbeat->held_back);
    out["failures"] = heartbeat->failures;
    return out;
}

json::value in_seconds(const std::optional<std::chrono::milliseconds>& span)
{
    return span ? json::value(std::chrono::duration<double>(*span).count()) : json::value(nullptr);
}

json::object json_of(const process_limits& process_limits)
{
    json::object out;
    out["open_files"] = or_null(process_limits.open_files);
    out["file_bytes"] = or_null(process_limits.file_bytes);
    return out;
}

json::object json_of(const sink_status& sink)
{
    json::object out;
    out["sink"] = view(sink.name);
    out["type"] = view(name_of(sink.type));
    out["pending"] = sink.pending;
    out["dead"] = sink.dead;
    out["last_taken"] = or_null(sink.last_delivered);
    out["last_error"] = or_null(sink.last_error);
    out["clock_ahead_seconds"] = in_seconds(sink.clock_ahead);
    return out;
}

}  // namespace

json::array findings_json(const daemon_status& status)
{
    std::vector<const finding*> all;
    for (const auto& account : status.accounts)
        for (const auto& finding : account.findings)
            all.push_back(&finding);
    std::ranges::sort(all, [](const finding* a, const finding* b) { return is_shown_before(*a, *b); });
    json::array out;
    for (const auto* finding : all)
        out.push_back(to_json(*finding, status.links));
    return out;
}

json::object coverage_json(const daemon_status& status)
{
    json::array accounts;
    bool all_complete = !status.accounts.empty();
    for (const auto& account : status.accounts) {
        json::array seen;
        for (const auto& coverage : account.seen)
            seen.push_back(to_json(coverage));
        const bool complete = account.complete && !account.refused;
        all_complete = all_complete && complete;
        json::object object;
        object["account"] = view(account.name);
        object["complete"] = complete;
        if (account.refused)
            object["reason"] = view(*account.refused);
        object["coverage"] = std::move(seen);
        object["not_proven"] = json_of(account.not_proven);
        accounts.push_back(std::move(object));
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
    for (const auto& account : status.accounts)
        accounts.push_back(json_of(account));
    json::array sinks;
    for (const auto& sink : status.sinks)
        sinks.push_back(json_of(sink));
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
