#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/amount.hpp"
#include "support/clock.hpp"
#include "use/spending_record.hpp"

namespace trunkwarden {

// The money of an account over the last day, for people.
struct money_summary {
    std::string currency;
    std::optional<amount> available;    // nothing: the last reading failed
    amount today;                       // spent, on the UTC day
    amount last_day;                    // spent, in the last 24 hours
    std::vector<double> spent_by_hour;  // of these, the newest last; fewer where the record is younger
    bool has_pauses = false;            // the balance was not read throughout: what is shown is the least
};

struct registered_client {
    std::string user_name;
    std::string connection;  // its name
    std::string address;
    bool is_trusted = false;
};

// The use of an account as it was last read; a part that is not watched is not there.
struct use_summary {
    std::optional<money_summary> money = {};
    std::optional<std::vector<registered_client>> registered = {};
    std::optional<std::size_t> running_calls = {};
    // Of the last hour, by country, the most first: the watch of the traffic fills it.
    std::vector<std::pair<std::string, std::size_t>> calls_by_country = {};
};

// As of `now`; nothing of an empty record. `longest_pause` between two readings is none.
std::optional<money_summary> money_in(const spending_record& record, std::chrono::milliseconds longest_pause,
                                      time_point now);

}  // namespace trunkwarden
