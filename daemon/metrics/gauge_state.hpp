#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/amount.hpp"
#include "support/clock.hpp"

// The values of the gauges, as the daemon knows them at the moment of a scrape. A value that is not known
// stays nullopt and its gauge is absent: a monitor must not show an old number as if it were today's. All
// text comes from the catalogue and the settings, never from the API.

namespace trunkwarden {

struct finding_labels {
    std::string resource;
    std::string kind;
    std::string severity;
    friend bool operator==(const finding_labels&, const finding_labels&) = default;
};

struct finding_count {
    finding_labels labels;
    std::size_t count = 0;      // not contained
    bool acknowledged = false;  // by a person
};

struct resource_gauges {
    std::string resource;
    std::optional<std::size_t> items;         // objects seen by the last complete read, while it still holds
    std::optional<bool> complete;             // the last read
    std::optional<time_point> last_complete;  // when
    std::optional<std::size_t> baseline_entries;
    std::optional<std::size_t> unreadable = {};  // objects that the last read found and could not read
};

// The second factor of the account's users, as far as it is known.
enum class two_factor_state : int { not_known = -1, off = 0, shown = 1 };

// In the currency of the account, which is the one text that comes from the API: three capital letters.
struct spending_gauges {
    std::string currency;
    std::optional<amount> balance;
    std::optional<double> lasts_seconds = {};  // the balance, at the rate of the last ten minutes
    amount spent;                              // since the process began, as the next
    std::vector<std::pair<std::string_view, std::uint64_t>> top_ups;  // by where the money came from
};

// One product to one country of our own table, "service" or "unknown"; since the process began.
struct traffic_gauges {
    std::string_view product;
    std::string country;
    std::uint64_t attempts = 0;
    amount cost;
};

// Findings for which no step is planned, for one reason.
struct refusal_gauges {
    std::string_view reason;
    std::size_t now = 0;
    std::size_t since = 0;  // refusals since the daemon started
};

struct account_gauges {
    std::string account;
    std::vector<finding_count> findings;  // one for each set of labels, and whether acknowledged
    std::vector<resource_gauges> resources;
    std::optional<double> rate_limit_remaining;  // as the API's last answer advertised it
    std::optional<two_factor_state> two_factor;
    std::optional<time_point> audit_last_read;
    std::optional<time_point> baseline_next_expiry = {};
    std::optional<std::size_t> actions_waiting = {};
    std::optional<std::size_t> actions_failed = {};
    std::vector<refusal_gauges> refusals = {};
    std::optional<spending_gauges> spending = {};
    std::vector<traffic_gauges> traffic = {};
    std::optional<std::size_t> registrations = {};
    std::optional<std::size_t> active_calls = {};
    std::optional<double> exposure_per_minute = {};  // infinite: no limit holds it
};

struct sink_gauges {
    std::string sink;
    std::size_t pending = 0;
    std::size_t dead = 0;
    std::optional<time_point> last_success;
    std::optional<double> clock_ahead = {};  // seconds: its clock, of ours
};

struct heartbeat_gauges {
    std::optional<time_point> last_success;
    std::uint64_t failures = 0;
};

struct gauge_state {
    std::vector<account_gauges> accounts;
    std::vector<sink_gauges> sinks;
    std::optional<heartbeat_gauges> heartbeat = {};  // nothing when there is none
    std::optional<bool> alerts_unheard;
    std::optional<bool> quarantine_frozen = {};
    std::optional<bool> state_file_writable;
    std::optional<bool> state_up = {};
    std::optional<double> state_write_seconds = {};
    std::optional<std::uint64_t> state_pending = {};
    std::optional<bool> last_reload_successful;
    std::optional<time_point> last_reload_success;
    std::uint64_t log_lines_dropped = 0;  // since the daemon started
};

}  // namespace trunkwarden
