#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "state/history_event.hpp"
#include "state/statement_runner.hpp"
#include "support/result.hpp"

// The table of events. Only state/ includes this. All throw as the statement_runner does.

namespace trunkwarden {

// How much of the history is kept.
struct history_limits {
    std::int64_t events = 1'000'000;
    std::int64_t bytes = 256L * 1024 * 1024;  // of their texts
    // Of an account and a weight within a day (UTC). Beyond, events count as light: a thief can make any
    // number of critical findings, and must push out neither the first ones nor what was before.
    std::int64_t share = 100'000;
};

struct history_size {
    std::int64_t events = 0;
    std::int64_t bytes = 0;
};

// Adds events, and makes the lightest and oldest give way. Counts what is there, so that it need not be
// counted again with each event.
class history_writer {
public:
    explicit history_writer(const history_limits& limits = {}) : limits_(limits) {}

    // Within the transaction of the facts. Returns how many gave way; an event says so, too.
    std::size_t put(statement_runner& into, const std::vector<history_event>& events);

    // Rows that were put since are not there: the transaction failed, or it is another database.
    void count_anew()
    {
        counted_.reset();
        shares_.clear();
    }

private:
    using share_key = std::tuple<std::string, history_weight, day>;  // of an account

    history_weight weight_within_share(statement_runner& in, const history_event& event);
    void add(statement_runner& into, history_event event);
    std::size_t make_room(statement_runner& in);
    std::size_t remove_lightest(statement_runner& in, const history_size& to_stay, std::size_t at_most,
                                time_point& up_to);

    history_limits limits_;
    std::optional<history_size> counted_;
    std::map<share_key, std::int64_t> shares_;  // of the days that events were put on lately
};

// Fails with bad_usage when the selection cannot be understood, and with not_found when no event is of the
// incident.
result<history_page> read_history(statement_runner& from, const history_selection& chosen);

}  // namespace trunkwarden
