#include "status_collector.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "findings/open_finding.hpp"
#include "metrics/gauges.hpp"
#include "status/nothing_read.hpp"
#include "support/plural.hpp"

namespace trunkwarden {

status_collector::status_collector(const parts& parts) : of_(parts) {}

static std::optional<double> in_seconds(const std::optional<std::chrono::milliseconds>& span)
{
    return span ? std::optional(std::chrono::duration<double>(*span).count()) : std::nullopt;
}

gauge_state status_collector::gauges() const
{
    gauge_state now;
    for (const auto* watch : of_.accounts.all())
        now.accounts.push_back(watch->gauges());
    if (of_.configured.metrics.per_resource == resource_series::compact)
        for (auto& account : now.accounts)
            leave_out_quiet_resources(account, std::chrono::system_clock::now());
    for (const auto& sink : of_.alerts.status())
        now.sinks.push_back(
            {sink.name, sink.pending, sink.dead, sink.last_delivered, in_seconds(sink.clock_ahead)});
    if (const auto beat = of_.beat.status())
        now.heartbeat = heartbeat_gauges{beat->last_taken, beat->failures};
    now.alerts_unheard = unheard();
    now.quarantine_frozen = of_.accounts.frozen().has_value();
    now.state_file_writable = !of_.state.notice();
    now.state_up = of_.state.works();
    if (const auto took = of_.state.last_write_took())
        now.state_write_seconds = took->count();
    now.state_pending = of_.state.waiting();
    now.last_reload_successful = reloads_ == nullptr || !reloads_->refused;
    now.last_reload_success = reloads_ == nullptr ? started_ : reloads_->last_taken.value_or(started_);
    now.log_lines_dropped = of_.log.dropped();
    return now;
}

daemon_status status_collector::status() const
{
    daemon_status now;
    now.started = started_;
    now.links = of_.configured.links;
    now.mode = of_.configured.quarantine.mode;
    now.frozen = of_.accounts.frozen();
    for (const auto* watch : of_.accounts.all()) {
        now.actions_waiting += watch->waiting_actions();
        now.actions_failed += watch->failed_actions();
    }
    for (const auto* watch : of_.accounts.all())
        now.accounts.push_back(watch->status());
    now.sinks = of_.alerts.status();
    now.heartbeat = of_.beat.status();
    const auto& database = of_.configured.database;
    now.state_file = database.is_set() ? "the database of " + database.connection_file.string()
                                       : of_.configured.state_file.string();
    now.state_trouble = of_.state.notice();
    now.alerts_never_delivered = unheard();
    now.scraped = scraped_;
    now.log_lines_dropped = of_.log.dropped();
    now.limits = limits_of_this_process();
    if (reloads_ != nullptr)
        now.refused = reloads_->refused;
    return now;
}

static std::string first_problem(const refused_reload& refused)
{
    if (refused.problems.empty())
        return "for a reason that the log has";
    return refused.problems.front() +
           (refused.problems.size() > 1 ? fmt::format(", and {} more", refused.problems.size() - 1) : "");
}

std::string status_collector::summary(time_point now) const
{
    const auto watches = of_.accounts.all();
    auto head = fmt::format("{}, {}", plural(watches.size(), "account"),
                            plural(of_.accounts.open_findings(), "finding"));
    if (reloads_ != nullptr && reloads_->refused)
        head = fmt::format("edited files are not taken ({}); {}", first_problem(*reloads_->refused), head);
    for (const auto* watch : watches) {
        const auto& account = watch->watched();
        if (const auto nothing = nothing_read_of(account.view.coverage))
            return fmt::format("{}; {}", sentence_of(*nothing, account.config.settings.name, now), head);
    }
    std::optional<time_point> oldest = now;
    for (const auto* watch : watches)
        oldest = std::min(oldest, watch->last_complete());  // nothing is less than any time
    if (!oldest)
        return head + ", not every account has been read completely yet";
    return fmt::format("{}, last complete reading {}", head, moment_and_age(*oldest, now));
}

result<finding> status_collector::of_any_account(
    const std::function<result<finding>(account_watch&)>& change) const
{
    result<finding> outcome = failure{errc::not_found, "there is no account"};
    for (auto* watch : of_.accounts.all()) {
        outcome = change(*watch);
        if (outcome || outcome.error().kind != errc::not_found)
            break;
    }
    return outcome;
}

// The parts of an explanation that the account's own watch knows.
static explanation explained_by_watch(const account_watch& watch, const finding& about, time_point now)
{
    const auto& account = watch.watched();
    const auto status = watch.status();
    explanation out;
    out.source = explained_by::daemon;
    out.as_of = now;
    out.about = about;
    explain_by_baseline(out, account.config.baseline, std::chrono::floor<std::chrono::days>(now));
    const auto seen = std::ranges::find(status.seen, about.deviation.type->name,
                                        [](const coverage& coverage) { return coverage.type->name; });
    if (seen != status.seen.end()) {
        out.list_read = seen->last_complete;
        if (!seen->satisfied() && !seen->reason.empty())
            out.reading_trouble = seen->reason;
    }
    out.events = events_about(about, account.memory.audit.recent());
    for (auto& event : out.events)
        account.memory.people.name(event.by);
    out.audit_read = status.audit_read;
    out.audit_trouble =
        status.audit_watched ? status.audit_trouble : optional_reason("poll.audit_interval is 0s");
    return out;
}

result<explanation> status_collector::explain(const std::string& id, time_point now) const
{
    for (const auto* watch : of_.accounts.all()) {
        const auto* about = open_finding(watch->watched().memory.findings, id);
        if (about == nullptr)
            continue;
        auto out = explained_by_watch(*watch, *about, now);
        std::ranges::copy_if(watch->guard().actions(), std::back_inserter(out.actions),
                             [&id](const action& action) { return action.finding == id; });
        std::ranges::stable_sort(out.actions, {}, &action::planned_at);
        out.messages = of_.alerts.about(id);
        out.links = of_.configured.links;
        for (const auto& sink : of_.alerts.status())
            out.sinks.push_back({sink.name, sink.last_delivered});
        return out;
    }
    return failure{errc::not_found,
                   fmt::format("no open finding has the id {}; \"trunkwarden findings {}\" shows one that is "
                               "resolved",
                               id, id)};
}

web_view status_collector::view()
{
    web_view out;
    for (const auto* watch : of_.accounts.all())
        if (!watch->was_complete())
            out.waiting_for.push_back(watch->name_and_holes());
    out.metrics = [this] {
        scraped_ = std::chrono::system_clock::now();
        return of_.counters.exposition(gauges());
    };
    out.controls.status = [this] { return status(); };
    out.controls.acknowledge = [this](const std::string& id, const std::string& state,
                                      const acknowledgement& acknowledgement) {
        return of_any_account(
            [&](account_watch& watch) { return watch.acknowledge(id, state, acknowledgement); });
    };
    out.controls.unacknowledge = [this](const std::string& id, const std::string& by) {
        return of_any_account([&](account_watch& watch) { return watch.unacknowledge(id, by); });
    };
    out.controls.accept_secrets = [this](const std::string& id, const std::string& state,
                                         const std::string& by) {
        return of_any_account([&](account_watch& watch) { return watch.accept_secrets(id, state, by); });
    };
    out.controls.quarantine = [this](const action_selection& chosen) { return of_.accounts.report(chosen); };
    out.controls.find_action = [this](std::string_view id) { return of_.accounts.find_action(id); };
    out.controls.dead_letters = [this] { return of_.alerts.dead(); };
    out.controls.forget_dead = [this](const std::string& id, const std::string& by) {
        return of_.alerts.forget_dead(id, by);
    };
    out.controls.resend = [this](const std::string& id) { return of_.alerts.resend_dead(id); };
    out.controls.recent_events = [this] {
        const auto& events = of_.state.recent();
        return std::vector<history_event>(events.begin(), events.end());
    };
    out.controls.record = [this](history_event event) {
        of_.state.put(change_that_records(std::move(event)));
    };
    out.controls.take_own_change = [this](const std::string& account, const own_change& told) {
        for (auto* watch : of_.accounts.all())
            if (watch->watched().config.settings.name == account)
                watch->take(told);
    };
    out.now = std::chrono::system_clock::now();
    out.links = of_.configured.links;
    out.explain = [this, now = out.now](const std::string& id) { return explain(id, now); };
    return out;
}

bool status_collector::all_told() const
{
    const auto sinks = of_.alerts.status();
    return std::ranges::all_of(of_.accounts.all(),
                               [](const auto* watch) { return watch->has_released_all(); }) &&
           std::ranges::all_of(sinks, [](const sink_status& sink) { return sink.pending == 0; });
}

}  // namespace trunkwarden
