#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "containment/action.hpp"
#include "metrics/gauge_state.hpp"

namespace trunkwarden {

enum class sweep_result { complete, incomplete };
enum class notify_result { sent, retried, dropped, lost };

// The counters of the daemon since its start, and the text that Prometheus scrapes. Gauges are not kept here:
// each scrape brings what is known then (gauge_state.hpp), so none can go stale.
class metrics {
public:
    metrics();
    ~metrics();
    metrics(const metrics&) = delete;
    metrics& operator=(const metrics&) = delete;

    // Makes the series of an account whose labels are known in advance start at 0, so that their first
    // increase is seen. Call it for every account of the settings, also after a reload; a second call does
    // nothing.
    void watch(std::string_view account);

    // One request to the API and its answer; status 0 when none came.
    void api_answer(std::string_view account, std::string_view method, unsigned status,
                    std::chrono::nanoseconds took);

    void finding_opened(std::string_view account, const finding_labels& labels);

    void sweep_ended(std::string_view account, sweep_result swept, std::chrono::nanoseconds took);

    // Makes the series of a sink start at 0.
    void watch_sink(std::string_view sink);

    // Attempts to send a message to a sink, or messages that gave way.
    void notified(std::string_view sink, notify_result ended, std::size_t times = 1);

    // An event of the audit log that was not seen before; one that no reading confirmed.
    void audit_event_seen(std::string_view account);
    void audit_event_unconfirmed(std::string_view account);

    // An action of the quarantine came into another state.
    void action_came(const action& action);

    // Entries of the past of a kind (findings, actions, audit_events, secrets, events) that were forgotten.
    void forgotten(std::string_view kind, std::size_t count);

    // From a change until its finding. The API's clock and ours may differ: a negative delay counts as none.
    void detected(std::string_view account, std::chrono::nanoseconds delay);

    // Prometheus' text format 0.0.4.
    std::string exposition(const gauge_state& now) const;

private:
    struct series;
    std::unique_ptr<series> series_;
};

}  // namespace trunkwarden
