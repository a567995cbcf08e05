#include "cli/report/period_report_forms.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "cli/report/period_end.hpp"
#include "cli/report/period_report_now.hpp"
#include "findings/finding.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::string moment(const std::optional<time_point>& at, std::string_view otherwise = "")
{
    return at ? utc_text(*at) : std::string(otherwise);
}

std::string counted_by_severity(const period_report& report)
{
    const auto opened = opened_by_severity(report);
    std::string out;
    for (auto level = opened.rbegin(); level != opened.rend(); ++level)
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", level->second, name_of(level->first));
    return out;
}

std::size_t count_resolved(const period_report& report)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        report.findings, [](const reported_finding& about) { return about.resolved.has_value(); }));
}

std::string findings_fact(const period_report& report)
{
    std::size_t opened = 0;
    for (const auto& [level, count] : opened_by_severity(report))
        opened += count;
    const auto from_before = std::ranges::count_if(report.findings, [](const reported_finding& about) {
        return !about.opened && !about.status.empty();
    });
    if (report.findings.empty())
        return "No finding opened, changed or resolved, or was open from before.";
    return fmt::format("{} opened{}; {} resolved; {} open from before.", plural(opened, "finding"),
                       opened == 0 ? "" : " (" + counted_by_severity(report) + ")", count_resolved(report),
                       from_before);
}

std::string time_fact(const period_report& report)
{
    const auto time = time_to_tell_of(report);
    if (time.findings == 0)
        return "Time from a finding to its message: not known, no message about a finding that opened is "
               "recorded.";
    return fmt::format(
        "Time from a finding to the first message that a receiver took: median {}, longest {}, over {} (a "
        "message about several findings counts for the first of them).",
        for_people(time.median), for_people(time.longest), plural(time.findings, "finding"));
}

std::vector<std::string> blind_facts(const period_report& report)
{
    std::vector<std::string> out;
    for (const auto& [account, length] : blind_time_by_account(report))
        out.push_back(account.empty() ? fmt::format("Nothing was watched for {} in all.", for_people(length))
                                      : fmt::format("{}: not everything was watched for {} in all.", account,
                                                    for_people(length)));
    if (out.empty() && !report.running_known_from)
        out.emplace_back("No time is recorded in which something was not watched.");
    return out;
}

std::vector<std::string> report_facts(const period_report& report)
{
    const auto& period = report.period;
    std::vector<std::string> out{
        fmt::format("From {} to {}; {}.", utc_text(period.from), utc_text(period.to),
                    period.account.empty() ? "all accounts" : "account " + period.account),
        findings_fact(report), time_fact(report)};
    std::ranges::move(blind_facts(report), std::back_inserter(out));
    std::ranges::move(coverage_facts(report), std::back_inserter(out));
    std::ranges::move(spending_facts(report), std::back_inserter(out));
    out.push_back(fmt::format("Receivers took {}; {} refused for good.", plural(report.deliveries, "message"),
                              report.dead_letters));
    return out;
}

std::vector<std::string> warnings_of(const period_report& report)
{
    const auto& period = report.period;
    std::vector<std::string> out;
    if (period.by_state_file)
        out.push_back(fmt::format("No daemon answered: this is from the {} as of {}.",
                                  period.is_in_database ? "database" : "state file", utc_text(period.to)));
    if (period.known_from)
        out.push_back(
            fmt::format("There are more events than a report reads: events before {} are missing. Take a "
                        "shorter time or one account.",
                        utc_text(*period.known_from)));
    if (period.trouble)
        out.push_back("The newest events may be missing: " + *period.trouble);
    if (report.running_known_from)
        out.push_back(fmt::format(
            "Whether the daemon ran is not known before {}: no earlier start or stop of it is kept.",
            utc_text(*report.running_known_from)));
    if (report.trouble)
        out.push_back("Things that began before this time, or lasted until its end, may be missing: " +
                      *report.trouble);
    if (report.forgotten > 0)
        out.push_back(
            "Events of this time gave way to others, because the history is bounded: the report "
            "is not whole.");
    return out;
}

std::string fate_of(const reported_finding& about)
{
    std::string out;
    const auto add = [&out](std::string_view word, const std::optional<time_point>& at) {
        if (at)
            out += fmt::format("{}{} {}", out.empty() ? "" : "; ", word, utc_text(*at));
    };
    add("contained", about.contained);
    add("acknowledged", about.acknowledged);
    add("resolved", about.resolved);
    if (!out.empty())
        return out;
    if (about.status == not_resolved)
        return "not resolved at the end";
    const bool is_open = about.status.empty() || about.status == name_of(finding_status::open);
    return is_open ? "open at the end" : about.status + " before this time";
}

report_table findings_table(const period_report& report)
{
    report_table out{.heading = "What changed in the accounts",
                     .columns = {"opened", "severity", "account", "what", "by", "outcome"},
                     .when_empty = "Nothing."};
    for (const auto& about : report.findings)
        out.rows.push_back({moment(about.opened ? about.opened : about.opened_before, "before this time"),
                            std::string(name_of(about.level)), about.account,
                            fmt::format("{} ({})", about.sentence, about.id),
                            about.by.empty() ? "not known" : about.by, fate_of(about)});
    return out;
}

report_table events_table(std::string heading, const std::vector<history_event>& events,
                          std::string when_empty)
{
    report_table out{.heading = std::move(heading),
                     .columns = {"at", "event", "account", "what", "by"},
                     .when_empty = std::move(when_empty)};
    for (const auto& event : events) {
        auto kind = std::string(name_of(event.kind));
        std::ranges::replace(kind, '_', ' ');
        out.rows.push_back({utc_text(event.at), std::move(kind), event.account, event.sentence,
                            event.by.empty() ? "not known" : event.by});
    }
    return out;
}

// The steps of an action on its way give way to the last one; the decisions of people stay.
std::vector<history_event> shown_acts(const std::vector<history_event>& acts)
{
    std::vector<history_event> out;
    std::set<std::string_view> gone_on;  // actions of which a later act is there
    for (auto act = acts.rbegin(); act != acts.rend(); ++act) {
        const bool has_gone_on = !act->action.empty() && !gone_on.insert(act->action).second;
        if (!has_gone_on || act->by != monitor_itself)
            out.push_back(*act);
    }
    std::ranges::reverse(out);
    return out;
}

report_table blind_table(const period_report& report)
{
    report_table out{.heading = "When something was not watched",
                     .columns = {"from", "to", "account", "what"},
                     .when_empty = report.running_known_from ? "Not known." : "No such time is recorded."};
    for (const auto& span : report.blind)
        out.rows.push_back({moment(span.from, "before this time"), moment(span.to, "not over"),
                            span.account.empty() ? "all" : span.account, span.sentence});
    return out;
}

json::object finding_json(const reported_finding& about)
{
    json::object out;
    out["id"] = view(about.id);
    out["account"] = or_null(about.account);
    out["resource"] = or_null(about.resource);
    out["incident"] = or_null(about.incident);
    out["severity"] = view(name_of(about.level));
    out["sentence"] = view(about.sentence);
    out["by"] = or_null(about.by);
    out["opened"] = or_null(about.opened);
    out["opened_before"] = or_null(about.opened_before);
    out["told"] = or_null(about.delivered);
    out["acknowledged"] = or_null(about.acknowledged);
    out["contained"] = or_null(about.contained);
    out["resolved"] = or_null(about.resolved);
    out["status_at_end"] = or_null(about.status);
    return out;
}

json::array events_json(const std::vector<history_event>& events)
{
    json::array out;
    for (const auto& event : events) {
        json::object said;
        said["at"] = view(rfc3339(event.at));
        said["kind"] = view(name_of(event.kind));
        said["account"] = or_null(event.account);
        said["finding"] = or_null(event.finding);
        said["action"] = or_null(event.action);
        said["sentence"] = view(event.sentence);
        said["by"] = or_null(event.by);
        out.push_back(std::move(said));
    }
    return out;
}

json::array blind_json(const period_report& report)
{
    json::array out;
    for (const auto& span : report.blind) {
        json::object said;
        said["account"] = or_null(span.account);
        said["from"] = or_null(span.from);
        said["to"] = or_null(span.to);
        said["sentence"] = view(span.sentence);
        out.push_back(std::move(said));
    }
    return out;
}

double seconds_of(std::chrono::milliseconds span)
{
    return std::chrono::duration<double>(span).count();
}

json::object period_json(const report_period& period)
{
    json::object out;
    out["from"] = view(rfc3339(period.from));
    out["to"] = view(rfc3339(period.to));
    out["account"] = or_null(period.account);
    out["source"] = !period.by_state_file ? "daemon" : period.is_in_database ? "database" : "state_file";
    out["known_from"] = or_null(period.known_from);
    out["trouble"] = text_or_null(period.trouble);
    return out;
}

}  // namespace

report_document document_of(const period_report& report)
{
    report_document out{.title = "trunkwarden report",
                        .facts = report_facts(report),
                        .warnings = warnings_of(report),
                        .tables = {}};
    out.tables.push_back(findings_table(report));
    out.tables.push_back(events_table("What people trusted", report.trusted,
                                      "Nobody acknowledged, accepted or reloaded anything."));
    out.tables.push_back(events_table("What was done about it", shown_acts(report.acts),
                                      "Neither the quarantine nor a lockdown did or offered anything."));
    out.tables.push_back(blind_table(report));
    out.tables.push_back(coverage_table(report));
    out.tables.push_back(spending_table(report));
    return out;
}

json::object period_report_json(const period_report& report)
{
    auto out = period_json(report.period);
    json::array findings;
    for (const auto& about : report.findings)
        findings.push_back(finding_json(about));
    out["findings"] = std::move(findings);
    out["trusted"] = events_json(report.trusted);
    out["acts"] = events_json(report.acts);
    out["blind"] = blind_json(report);
    put_coverage(out, report);
    put_spending(out, report);
    json::object blind_seconds;
    for (const auto& [account, length] : blind_time_by_account(report))
        blind_seconds[view(account.empty() ? "all" : account)] = seconds_of(length);
    out["blind_seconds"] = std::move(blind_seconds);
    out["running_known_from"] = or_null(report.running_known_from);
    out["trouble_before"] = text_or_null(report.trouble);
    const auto time = time_to_tell_of(report);
    json::object told;
    told["findings"] = time.findings;
    told["median_seconds"] = time.findings == 0 ? json::value(nullptr) : json::value(seconds_of(time.median));
    told["longest_seconds"] =
        time.findings == 0 ? json::value(nullptr) : json::value(seconds_of(time.longest));
    out["time_to_tell"] = std::move(told);
    out["messages"] = report.deliveries;
    out["dead_letters"] = report.dead_letters;
    out["forgotten"] = report.forgotten;
    return out;
}

}  // namespace trunkwarden
