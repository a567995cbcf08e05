#include "status_collector.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "support/plural.hpp"

namespace trunkwarden {

status_collector::status_collector(const parts& of) : of_(of) {}

gauge_state status_collector::gauges() const
{
    gauge_state now;
    for (const auto* watch : of_.accounts.all())
        now.accounts.push_back(watch->gauges());
    for (const auto& sink : of_.alerts.status())
        now.sinks.push_back({sink.name, sink.pending, sink.dead, sink.last_delivered});
    now.alerts_unheard = unheard();
    now.quarantine_frozen = of_.accounts.frozen().has_value();
    now.state_file_writable = of_.state.works();
    now.last_reload_successful = reloads_ == nullptr || !reloads_->refused;
    now.last_reload_success = reloads_ == nullptr ? started_ : reloads_->last_taken.value_or(started_);
    return now;
}

daemon_status status_collector::status() const
{
    daemon_status now;
    now.started = started_;
    now.mode = of_.configured.quarantine.mode;
    now.frozen = of_.accounts.frozen();
    for (const auto* watch : of_.accounts.all()) {
        now.actions_waiting += watch->waiting_actions();
        now.actions_failed += watch->failed_actions();
    }
    for (const auto* watch : of_.accounts.all())
        now.accounts.push_back(watch->status());
    now.sinks = of_.alerts.status();
    now.state_file = of_.configured.state_file.string();
    now.state_trouble = of_.state.trouble();
    now.alerts_never_delivered = unheard();
    now.scraped = scraped_;
    if (reloads_ != nullptr)
        now.refused = reloads_->refused;
    return now;
}

std::string status_collector::summary(time_point now) const
{
    const auto watches = of_.accounts.all();
    const auto head = fmt::format("{}, {}", plural(watches.size(), "account"),
                                  plural(of_.accounts.open_findings(), "finding"));
    std::optional<time_point> oldest = now;
    for (const auto* watch : watches)
        oldest = std::min(oldest, watch->last_sweep());  // nothing is less than any time
    if (!oldest)
        return head + ", not every account has been swept yet";
    return fmt::format("{}, last sweep {} ago", head,
                       for_people(std::chrono::floor<std::chrono::seconds>(now - *oldest)));
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
                                      const std::string& reason, std::optional<time_point> until) {
        const acknowledgement how{reason, std::chrono::system_clock::now(), until};
        return of_any_account([&](account_watch& watch) { return watch.acknowledge(id, state, how); });
    };
    out.controls.unacknowledge = [this](const std::string& id) {
        return of_any_account([&](account_watch& watch) { return watch.unacknowledge(id); });
    };
    out.controls.accept_secrets = [this](const std::string& id, const std::string& state) {
        return of_any_account([&](account_watch& watch) { return watch.accept_secrets(id, state); });
    };
    out.controls.quarantine = [this](const action_selection& chosen) { return of_.accounts.report(chosen); };
    out.controls.find_action = [this](std::string_view id) { return of_.accounts.find_action(id); };
    out.controls.dead_letters = [this] { return of_.alerts.dead(); };
    out.controls.resend = [this](const std::string& id) { return of_.alerts.resend_dead(id); };
    out.now = std::chrono::system_clock::now();
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
