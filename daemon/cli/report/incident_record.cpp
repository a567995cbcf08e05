#include "cli/report/incident_record.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string_view>

#include "catalogue/names.hpp"
#include "cli/report/markdown_cell.hpp"
#include "findings/actor_words.hpp"
#include "findings/finding_order.hpp"
#include "support/json_member.hpp"
#include "support/parse_time.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::string maker_of(const finding& f)
{
    if (!f.by)
        return f.trail == audit_trail::none ? "the audit log does not say" : "not known";
    return words_of(*f.by, user_ids::whole);
}

// To the second; "not known".
std::string moment_of(const std::optional<time_point>& at)
{
    return at ? rfc3339(*at) : "not known";
}

std::set<std::string_view> ids_of(const std::vector<finding>& findings)
{
    std::set<std::string_view> out;
    for (const auto& finding : findings)
        out.insert(finding.id);
    return out;
}

// A finding of this run only has the time of this run.
std::string opened_words(const finding& f, const std::set<std::string_view>& known)
{
    const auto opened = rfc3339(open_since(f));
    return known.contains(f.id) ? opened : opened + ", by this lockdown";
}

std::string became_of(const finding& f)
{
    auto out = std::string(name_of(f.status));
    if (f.status == finding_status::resolved && f.resolved_at)
        out += " " + rfc3339(*f.resolved_at);
    if (const auto& known = f.acknowledged)
        out += fmt::format("; acknowledged {}{}: {}", rfc3339(known->at),
                           known->by.empty() ? "" : " by " + known->by, known->reason);
    if (!f.quarantine.empty())
        out += "; " + f.quarantine;
    return out;
}

std::string short_moment(const json::object& event)
{
    return moment_of(parse_time(string_at(event, "at")));
}

}  // namespace

std::vector<finding> findings_of_incident(const account_memory& memory, const incident_record& record)
{
    const auto known = ids_of(record.findings);
    auto out = record.findings;
    for (auto& seen : memory.findings.all_open())
        if (!known.contains(seen.id))
            out.push_back(std::move(seen));
    std::ranges::sort(out, is_shown_before);
    return out;
}

std::string found_markdown(const account_memory& memory, const incident_record& record)
{
    const auto known = ids_of(record.findings);
    std::string out = "\n## What was found\n\n";
    if (record.trouble)
        out += fmt::format(
            "The daemon's record cannot be read, so times are those of this run, and what was over before it is "
            "missing: {}\n\n",
            cell(*record.trouble));
    out +=
        "| severity | finding | done at (audit log) | opened | by | outcome |\n"
        "|---|---|---|---|---|---|\n";
    for (const auto& finding : findings_of_incident(memory, record))
        out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", name_of(finding.deviation.level),
                           cell(finding.title), finding.by ? rfc3339(finding.by->at) : "not known",
                           opened_words(finding, known), cell(maker_of(finding)), cell(became_of(finding)));
    return out;
}

std::string earlier_runs_markdown(const incident_record& record)
{
    if (record.earlier.empty())
        return {};
    std::string out =
        "\n## What earlier runs did\n\n| at | step | item | outcome | report |\n|---|---|---|---|---|\n";
    for (const auto& run : record.earlier) {
        const auto items = objects_at(run.said, "items");
        if (items.empty())
            out += fmt::format("| {} | | nothing, or its report cannot be read | | {} |\n",
                               short_moment(run.said), cell(run.file));
        for (const auto* item : items)
            out += fmt::format("| {} | {} | {} | {}: {} | {} |\n", cell(string_at(*item, "at")),
                               cell(string_at(*item, "step")), cell(string_at(*item, "does")),
                               cell(string_at(*item, "outcome")), cell(string_at(*item, "detail")),
                               cell(run.file));
    }
    return out;
}

std::string history_markdown(const incident_record& record)
{
    const auto events = objects_at(record.history, "events");
    if (events.empty())
        return {};
    std::string out = "\n## History\n\nAs the daemon saw it and did it.";
    if (!string_at(record.history, "earlier").empty())
        out += " There are earlier events: `trunkwarden history`.";
    if (const auto* left_out = record.history.if_contains("left_out"))
        if (const auto count = left_out->to_number<std::size_t>(); count > 0)
            out += fmt::format(
                " There were very many: of each severity the first and the last are shown, and {} are "
                "left out (`trunkwarden history`).",
                plural(count, "event"));
    if (const auto trouble = string_at(record.history, "trouble"); !trouble.empty())
        out += fmt::format(" The newest may be missing: {}.", cell(trouble));
    out += "\n\n| at | event | severity | title | by |\n|---|---|---|---|---|\n";
    for (const auto* event : events)
        out += fmt::format("| {} | {} | {} | {} | {} |\n", short_moment(*event),
                           cell(string_at(*event, "kind")), cell(string_at(*event, "severity")),
                           cell(string_at(*event, "sentence")), cell(string_at(*event, "by")));
    return out;
}

}  // namespace trunkwarden
