#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/amount.hpp"
#include "support/clock.hpp"
#include "use/spending_record.hpp"
#include "use/traffic_record.hpp"

namespace trunkwarden {

// The money of an account over the last day, for people.
struct money_summary {
    std::string currency;
    std::optional<amount> available;    // nothing: the last reading failed
    amount today;                       // spent, on the UTC day
    amount last_day;                    // spent, in the last 24 hours
    std::vector<double> spent_by_hour;  // of these, the newest last; fewer where the record is younger
    bool has_pauses = false;            // the balance was not read throughout: the sums are the least
    // Until the balance is gone, at the rate of the last ten minutes; nothing when nothing was spent then, or
    // the balance is not known.
    std::optional<std::chrono::milliseconds> lasts = {};
};

struct registered_client {
    std::string user_name;
    std::string connection;  // its name
    std::string address;
    bool is_trusted = false;
};

// Calls of the last hour to one country, "service" or "unknown".
struct called_country {
    std::string country;
    std::uint64_t calls = 0;  // attempts, refused ones included
    amount cost;              // as far as it is rated
};

struct calls_summary {
    std::vector<called_country> by_country;  // the most calls first
    bool is_least = false;                   // not all of it could be read
};

// The use of an account as it was last read; a part that is not watched is not there.
struct use_summary {
    std::optional<money_summary> money = {};
    std::optional<std::vector<registered_client>> registered = {};
    std::optional<std::size_t> running_calls = {};
    std::optional<calls_summary> calls = {};
};

// As of `now`; nothing of an empty record. `longest_pause` between two readings is none.
std::optional<money_summary> money_in(const spending_record& record, std::chrono::milliseconds longest_pause,
                                      time_point now);

// The calls of the hour that ends now or within the next minutes. Messages, verifications and faxes are none.
std::vector<called_country> calls_by_country(const traffic_record& record, time_point now);

}  // namespace trunkwarden
