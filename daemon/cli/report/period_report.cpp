#include "cli/report/period_report.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>
#include <utility>

#include "support/json_member.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::optional<history_event> event_of(const json::object& said)
{
    const auto at = parse_time(string_at(said, "at"));
    const auto kind = value_named<history_kind>(string_at(said, "kind"));
    if (!at || !kind)
        return std::nullopt;
    history_event out{.at = *at, .kind = *kind};
    out.level = value_named<severity>(string_at(said, "severity")).value_or(severity::info);
    out.account = string_at(said, "account");
    out.resource = string_at(said, "resource");
    out.finding = string_at(said, "finding");
    out.incident = string_at(said, "incident");
    out.action = string_at(said, "action");
    out.sentence = string_at(said, "sentence");
    out.by = string_at(said, "by");
    return out;
}

// Builds the report, event by event, the oldest first.
class period_summary {
public:
    explicit period_summary(report_period period) { report_.period = std::move(period); }

    void take(const history_event& event);
    period_report finish() &&;

private:
    reported_finding& finding_of(const history_event& event);
    void take_of_finding(const history_event& event);
    void begin_blindness(const history_event& event);
    void end_blindness(const history_event& event);
    void take_of_daemon(const history_event& event);

    period_report report_;
    std::map<std::string, reported_finding, std::less<>> findings_;
    std::map<std::string, std::size_t, std::less<>> blind_since_;  // by finding: its place in report_.blind
    std::optional<time_point> stopped_;                            // while the daemon does not run
    std::optional<time_point> last_;                               // of the event before
    bool is_running_ = false;                                      // an event shows that the daemon ran
};

reported_finding& period_summary::finding_of(const history_event& event)
{
    auto& out = findings_[event.finding];
    out.id = event.finding;
    out.account = event.account;
    out.level = std::max(out.level, event.level);
    if (!event.resource.empty())
        out.resource = event.resource;
    if (!event.incident.empty())
        out.incident = event.incident;
    return out;
}

void period_summary::take_of_finding(const history_event& event)
{
    auto& about = finding_of(event);
    switch (event.kind) {
        case history_kind::opened:
            if (!about.opened)
                about.opened = event.at;
            about.resolved.reset();
            about.contained.reset();
            about.acknowledged.reset();
            break;
        case history_kind::contained:
            about.contained = event.at;
            break;
        case history_kind::resolved:
            about.resolved = event.at;
            break;
        case history_kind::acknowledged:
            about.acknowledged = event.at;
            break;
        case history_kind::unacknowledged:
            about.acknowledged.reset();
            break;
        default:
            if (event.sentence.starts_with(no_longer_acknowledged))
                about.acknowledged.reset();
            break;
    }
    // The word of a person stands under "trusted"; it says how the finding is only where nothing else does.
    const bool is_word_of_a_person =
        event.kind == history_kind::acknowledged || event.kind == history_kind::unacknowledged;
    if (!is_word_of_a_person || about.sentence.empty())
        about.sentence = event.sentence;
    if (!is_word_of_a_person && !event.by.empty() && event.kind != history_kind::contained)
        about.by = event.by;
}

void period_summary::begin_blindness(const history_event& event)
{
    if (blind_since_.contains(event.finding))
        return;
    blind_since_[event.finding] = report_.blind.size();
    report_.blind.push_back({event.account, event.sentence, event.at, std::nullopt});
}

void period_summary::end_blindness(const history_event& event)
{
    if (const auto begun = blind_since_.find(event.finding); begun != blind_since_.end()) {
        report_.blind[begun->second].to = event.at;
        blind_since_.erase(begun);
    } else {
        report_.blind.push_back({event.account, event.sentence, std::nullopt, event.at});
    }
}

// Between its end and its next start nothing is watched. After an end that it could not write down, the last
// event before the start is the last proof that it ran.
void period_summary::take_of_daemon(const history_event& event)
{
    if (event.kind == history_kind::stopped) {
        stopped_ = event.at;
        return;
    }
    if (stopped_)
        report_.blind.push_back({"", "the daemon did not run", stopped_, event.at});
    else if (is_running_)
        report_.blind.push_back(
            {"", "the daemon ended without a word, at the earliest at the beginning of this time", last_,
             event.at});
    stopped_.reset();
}

void period_summary::take(const history_event& event)
{
    using kind = history_kind;
    switch (event.kind) {
        case kind::opened:
        case kind::changed:
        case kind::attributed:
        case kind::contained:
        case kind::resolved:
            take_of_finding(event);
            break;
        case kind::acknowledged:
        case kind::unacknowledged:
            take_of_finding(event);
            report_.trusted.push_back(event);
            break;
        case kind::accepted:
        case kind::reload:
        case kind::not_reloaded:
            report_.trusted.push_back(event);
            break;
        case kind::action:
        case kind::frozen:
        case kind::thawed:
        case kind::lockdown:
            report_.acts.push_back(event);
            break;
        case kind::blind:
            begin_blindness(event);
            break;
        case kind::sees_again:
            end_blindness(event);
            break;
        case kind::started:
        case kind::stopped:
            take_of_daemon(event);
            break;
        case kind::delivered: {
            ++report_.deliveries;
            const auto told = findings_.find(event.finding);
            if (told != findings_.end() && told->second.opened && !told->second.delivered)
                told->second.delivered = event.at;
            break;
        }
        case kind::dead_letter:
            ++report_.dead_letters;
            break;
        case kind::forgotten:
            ++report_.forgotten;
            break;
    }
    last_ = event.at;
    is_running_ = event.kind != kind::stopped;
}

period_report period_summary::finish() &&
{
    if (stopped_)
        report_.blind.push_back({"", "the daemon did not run", stopped_, std::nullopt});
    for (auto& [id, about] : findings_)
        report_.findings.push_back(std::move(about));
    const auto first_shown = [](const reported_finding& f) {
        return std::tuple(-static_cast<int>(f.level), f.opened.value_or(earliest_time), f.id);
    };
    std::ranges::sort(report_.findings, std::less<>(), first_shown);
    const auto begin = [](const blind_span& span) { return span.from.value_or(earliest_time); };
    std::ranges::stable_sort(report_.blind, std::less<>(), begin);
    return std::move(report_);
}

// Length of the union of spans.
std::chrono::milliseconds length_of(std::vector<std::pair<time_point, time_point>> spans)
{
    std::ranges::sort(spans);
    time_point::duration out{};
    time_point covered = earliest_time;
    for (const auto& [from, to] : spans) {
        const auto begin = std::max(from, covered);
        if (to > begin)
            out += to - begin;
        covered = std::max(covered, to);
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(out);
}

}  // namespace

std::vector<history_event> events_of(const json::object& history)
{
    std::vector<history_event> out;
    for (const auto* said : objects_at(history, "events"))
        if (auto event = event_of(*said))
            out.push_back(std::move(*event));
    return out;
}

period_report sum_up(const std::vector<history_event>& events, report_period period)
{
    period_summary out(std::move(period));
    for (const auto& event : events)
        out.take(event);
    return std::move(out).finish();
}

time_to_tell time_to_tell_of(const period_report& report)
{
    std::vector<std::chrono::milliseconds> times;
    for (const auto& about : report.findings)
        if (about.opened && about.delivered)
            times.push_back(
                std::chrono::duration_cast<std::chrono::milliseconds>(*about.delivered - *about.opened));
    if (times.empty())
        return {};
    std::ranges::sort(times);
    return {times.size(), times[(times.size() - 1) / 2], times.back()};
}

std::map<std::string, std::chrono::milliseconds> blind_time_by_account(const period_report& report)
{
    std::map<std::string, std::vector<std::pair<time_point, time_point>>> spans;
    for (const auto& span : report.blind)
        spans[span.account].emplace_back(std::max(span.from.value_or(report.period.from), report.period.from),
                                         span.to.value_or(report.period.to));
    // Nobody looked at any account while the daemon did not run.
    const auto of_all = spans.contains("") ? spans.at("") : decltype(spans)::mapped_type{};
    std::map<std::string, std::chrono::milliseconds> out;
    for (auto& [account, own] : spans) {
        if (!account.empty())
            own.insert(own.end(), of_all.begin(), of_all.end());
        out[account] = length_of(own);
    }
    return out;
}

std::map<severity, std::size_t> opened_by_severity(const period_report& report)
{
    std::map<severity, std::size_t> out;
    for (const auto& about : report.findings)
        if (about.opened)
            ++out[about.level];
    return out;
}

}  // namespace trunkwarden
