#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerts/alert_weight.hpp"
#include "state/state_file.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// A message that its sink refused, that gave way, or whose sink is not in the settings any more.
struct dead_letter {
    trunkwarden::delivery delivery;
    alert_weight weight = 0;

    // The sink took a later message about the same finding: sent now, this one would come out of order.
    bool overtaken() const { return delivery.next_attempt == time_point{}; }
    // When it is sent again automatically; nothing for one that is not.
    std::optional<time_point> tried_again_at(time_point now) const;
};

// The outcome of an order to send dead letters again.
struct resent_letters {
    std::size_t letters = 0;
    std::size_t overtaken = 0;     // left out
    std::size_t without_sink = 0;  // left out: their sink is not in the settings
};

// The messages that were not sent, by sink, in memory and in the state file, until they are sent again or 90
// days are over. Of each sink so many are kept; the lightest and oldest give way. No I/O and no clock.
class dead_letters {
public:
    // Of one sink.
    static constexpr std::size_t max_letters = 1000;
    static constexpr std::size_t max_bytes = 4UL * 1024 * 1024;

    // Takes a message that was refused at `now`. The change holds the rows to write and to delete.
    void add(dead_letter letter, time_point now, state_change& change);
    // One of an earlier run, as it was.
    void restore(dead_letter letter, state_change& change);

    // Those of a sink that are sent again automatically now: critical ones, 10 minutes after they were
    // refused, later every hour, for a day. They are taken out.
    std::vector<dead_letter> due(const std::string& sink, time_point now);
    std::optional<time_point> next_due(const std::string& sink, time_point now) const;

    // The sink took a message about the finding.
    void overtake(const std::string& sink, const std::string& finding, std::int64_t by, state_change& change);

    // Takes out the one with this delivery_id; nothing when there is none.
    std::optional<dead_letter> take(const std::string& id);

    std::size_t count(const std::string& sink) const;
    const std::map<std::string, std::map<std::int64_t, dead_letter>>& all() const { return letters_; }

    // How many were forgotten since this was asked last, by sink.
    std::map<std::string, std::size_t> forgotten();

private:
    void make_room(const std::string& sink, state_change& change);

    std::map<std::string, std::map<std::int64_t, dead_letter>> letters_;
    std::map<std::string, std::size_t> bytes_;
    std::map<std::string, std::size_t> forgotten_;
};

}  // namespace trunkwarden
