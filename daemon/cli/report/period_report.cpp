#include "cli/report/period_report.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>
#include <utility>

#include "cli/report/period_end.hpp"
#include "findings/finding.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view ended_without_a_word =
    "the daemon ended without a word, at the earliest at the beginning of this time";

// Builds the report, event by event, the oldest first.
class period_summary {
public:
    explicit period_summary(report_period period) { report_.period = std::move(period); }

    void begin_after(const std::vector<history_event>& of_daemon);
    void take(const history_event& event);
    void end_with(const around_the_period& around);
    period_report finish() &&;

private:
    reported_finding& finding_of(const history_event& event);
    void take_of_finding(const history_event& event);
    void begin_blindness(const history_event& event);
    void end_blindness(const history_event& event);
    void take_of_daemon(const history_event& event);
    void take_delivery(const history_event& event);
    void take_end(const history_event& event);
    bool is_there_at(const period_end& end, const open_finding_record& record) const;
    void note_that_it_ran(const history_event& event);
    void end_with(const open_finding_record& record, const std::string& status);
    void end_with_finding_of(const history_event& later);
    void take_spending(const history_event& event);

    period_report report_;
    std::map<std::string, reported_finding, std::less<>> findings_;
    std::map<std::string, std::size_t, std::less<>> blind_since_;  // by finding: its place in report_.blind
    std::map<std::pair<day, std::string>, reported_day> spent_;    // of an account
    std::optional<time_point> stopped_;                            // while the daemon does not run
    std::optional<time_point> last_;                               // of the event before
    bool is_running_ = false;                                      // an event shows that the daemon ran
    bool is_known_ = false;                                        // whether it ran, up to the event in hand
};

// The state in which the period begins: a daemon that was stopped before it watched nothing in it.
void period_summary::begin_after(const std::vector<history_event>& of_daemon)
{
    for (const auto& event : of_daemon) {
        is_known_ = true;
        last_ = event.at;
        is_running_ = event.kind != history_kind::stopped;
        if (event.kind == history_kind::stopped)
            stopped_ = event.at;
        else
            stopped_.reset();
    }
}

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
    // The word of a person is shown under "trusted"; it is shown as the state only where nothing else is.
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
        report_.blind.push_back({"", std::string(ended_without_a_word), last_, event.at});
    else if (!is_known_)
        report_.blind.push_back(
            {"", "the daemon started; whether it ran before is not known", std::nullopt, event.at});
    stopped_.reset();
}

void period_summary::note_that_it_ran(const history_event& event)
{
    if (!std::exchange(is_known_, true) && event.kind != history_kind::started)
        report_.running_known_from = event.at;
}

// Findings of which the period has no beginning, or no word at all, and that are there at its end.
void period_summary::end_with(const around_the_period& around)
{
    const period_end end(around.after);
    for (const auto& record : around.open)
        if (is_there_at(end, record))
            end_with(record, end.status_of(record.id, record.status));
    for (const auto* later : end.shown_by())
        if (!blind_since_.contains(later->finding))
            end_with_finding_of(*later);
    if (end.daemon_was_off() && is_running_ && !stopped_)
        report_.blind.push_back({"", std::string(ended_without_a_word), last_, std::nullopt});
    for (const auto& later : around.after)
        take_spending(later);
}

bool period_summary::is_there_at(const period_end& end, const open_finding_record& record) const
{
    const bool is_asked_for = report_.period.account.empty() || report_.period.account == record.account;
    const bool is_later = (record.since && *record.since > report_.period.to) || end.began_after(record.id);
    return is_asked_for && !is_later;
}

void period_summary::end_with(const open_finding_record& record, const std::string& status)
{
    if (record.is_blindness) {
        if (blind_since_.try_emplace(record.id, report_.blind.size()).second)
            report_.blind.push_back({record.account, record.title, record.since, std::nullopt});
        return;
    }
    auto& about = findings_[record.id];
    if (about.id.empty())
        about = {.id = record.id,
                 .account = record.account,
                 .resource = record.resource,
                 .incident = record.incident,
                 .level = record.level,
                 .sentence = record.title,
                 .by = record.by};
    about.status = status;
    const bool is_from_before = record.since && *record.since < report_.period.from;
    if (!about.opened)
        (is_from_before ? about.opened_before : about.opened) = record.since;
}

// A finding, or a blindness, that changed or ended after the period without a beginning there.
void period_summary::end_with_finding_of(const history_event& later)
{
    if (later.kind == history_kind::sees_again) {
        report_.blind.push_back({later.account, later.sentence, std::nullopt, std::nullopt});
        return;
    }
    if (findings_.contains(later.finding))
        return;  // the period, or its state now, says more
    auto& about = finding_of(later);
    about.sentence = later.sentence;
    about.status = not_resolved;
}

// The sums of a day that is at least in part of the period. The newest of two about the same day counts.
void period_summary::take_spending(const history_event& event)
{
    if (event.kind != history_kind::spent)
        return;
    auto sums = day_spending_in(event.sentence);
    if (!sums || start_of(sums->date) >= report_.period.to ||
        start_of(sums->date + std::chrono::days(1)) <= report_.period.from)
        return;
    auto key = std::pair(sums->date, event.account);
    spent_.insert_or_assign(std::move(key), reported_day{event.account, *std::move(sums)});
}

void period_summary::take_delivery(const history_event& event)
{
    ++report_.deliveries;
    const auto told = findings_.find(event.finding);
    if (told != findings_.end() && told->second.opened && !told->second.delivered)
        told->second.delivered = event.at;
}

// Of a blindness: its account or resource is not watched any more.
void period_summary::take_end(const history_event& event)
{
    if (blind_since_.contains(event.finding))
        end_blindness(event);
    else
        take_of_finding(event);
}

void period_summary::take(const history_event& event)
{
    using kind = history_kind;
    switch (event.kind) {
        case kind::opened:
        case kind::changed:
        case kind::attributed:
        case kind::contained:
            take_of_finding(event);
            break;
        case kind::resolved:
            take_end(event);
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
        case kind::delivered:
            take_delivery(event);
            break;
        case kind::dead_letter:
            if (event.by.empty())
                ++report_.dead_letters;
            else
                report_.trusted.push_back(event);  // a person forgot some
            break;
        case kind::forgotten:
            ++report_.forgotten;
            break;
        case kind::spent:
            take_spending(event);
            break;
    }
    note_that_it_ran(event);
    last_ = event.at;
    is_running_ = event.kind != kind::stopped;
}

period_report period_summary::finish() &&
{
    if (stopped_)
        report_.blind.push_back({"", "the daemon did not run", stopped_, std::nullopt});
    if (!is_known_)
        report_.running_known_from = report_.period.to;
    for (auto& [id, about] : findings_)
        report_.findings.push_back(std::move(about));
    for (auto& [key, each] : spent_)
        report_.spent.push_back(std::move(each));
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

period_report sum_up(const std::vector<history_event>& events, report_period period,
                     const around_the_period& around)
{
    period_summary out(std::move(period));
    out.begin_after(around.daemon);
    for (const auto& event : events)
        out.take(event);
    out.end_with(around);
    auto report = std::move(out).finish();
    report.now = around.now;
    report.trouble = around.trouble;
    return report;
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
