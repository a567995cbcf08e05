#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "alerts/alert_dispatcher.hpp"
#include "alerts/heartbeat.hpp"
#include "metrics/metrics.hpp"
#include "reload/config_reloader.hpp"
#include "state/background_writer.hpp"
#include "status/explanation.hpp"
#include "support/log.hpp"
#include "watch/account_registry.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

// The daemon as a whole, for those who look at it and those who ask it something: metrics, status, pages.
class status_collector {
public:
    struct parts {
        const settings& configured;
        account_registry& accounts;
        alert_dispatcher& alerts;
        const heartbeat& beat;
        background_writer& state;
        const metrics& counters;
        const logger& log;
    };

    explicit status_collector(const parts& parts);

    // Where a reload says how the last one went; it outlives this.
    void show_reloads(const reload_record& record) { reloads_ = &record; }

    web_view view();
    daemon_status status() const;
    gauge_state gauges() const;

    // All that is known about an open finding. Fails with not_found.
    result<explanation> explain(const std::string& id, time_point now) const;

    // "3 accounts, 2 findings, last complete reading 12 s ago (10:00:04 UTC)"
    std::string summary(time_point now) const;

    bool unheard() const { return of_.accounts.open_findings() > 0 && !of_.alerts.ever_delivered(); }
    bool all_told() const;

private:
    result<finding> of_any_account(const std::function<result<finding>(account_watch&)>& change) const;

    parts of_;
    const reload_record* reloads_ = nullptr;
    std::optional<time_point> scraped_;  // when somebody last asked for the metrics
    time_point started_ = std::chrono::system_clock::now();
};

}  // namespace trunkwarden
