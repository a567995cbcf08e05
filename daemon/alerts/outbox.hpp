#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_sink.hpp"
#include "findings/finding.hpp"
#include "settings/settings.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {

// What is on its way to the sinks. A message is written to the state file, then released, then sent, and
// forgotten only when its sink took it: at least once, across crashes. Messages about one finding keep their
// order in each sink; others overtake one that a sink will not take now. No I/O and no clock.
class outbox {
public:
    // More openings than these at one moment are told as one message.
    static constexpr std::size_t max_openings = 10;
    // So many of them in full.
    static constexpr std::size_t max_in_full = 100;
    // So many messages may wait for one sink; then reminders are left out, and the oldest gives way.
    static constexpr std::size_t max_pending = 10'000;

    // `new_id` makes an id that was never used before.
    outbox(std::vector<sink_settings> sinks, std::function<std::string()> new_id);

    // Messages of an earlier run, released; those of sinks that are no more are given up.
    state_change restore(std::vector<delivery> kept);

    // The settings of the sinks are these from now on. What waits for a sink that stays goes on in order;
    // messages of one that is gone are given up.
    state_change use(std::vector<sink_settings> sinks);

    // The sink is reached in another way from now on: what was under way was broken off and is sent again,
    // and whatever was in the way may have been mended.
    void start_over(const std::string& sink, time_point now);

    // Messages about the events of one moment, for every sink that wants to hear of them.
    state_change put(const std::string& account, const std::vector<finding_event>& events, time_point now);

    // The message is on the disk, or there is none to write to: it may be sent.
    void release(std::int64_t number);
    void release_all();

    // The next message for a sink, and it counts as under way; nothing when none may be sent now.
    std::optional<delivery> next(const std::string& sink, time_point now);
    // When next() may have one although nothing else happens; nothing when none waits.
    std::optional<time_point> look_again(const std::string& sink) const;
    // What became of it.
    state_change settle(std::int64_t number, const attempt_outcome& outcome, time_point now);

    // Whether a sink is told of a finding: of those that weigh enough, and of those it was told of before.
    static bool wants(const sink_settings& sink, const finding& f);

    // Whether a message about the finding waits for the sink.
    bool waits(const std::string& sink, const std::string& finding) const;

    std::size_t pending(const std::string& sink) const;
    std::size_t dead(const std::string& sink) const;

private:
    struct waiting {
        delivery what;
        bool released = false;
        bool under_way = false;
    };
    struct lane {
        sink_settings settings;
        std::map<std::int64_t, waiting> queue;
        std::size_t dead = 0;
        unsigned failures = 0;  // in a row
        time_point paused_until;
    };

    // What the messages of one moment have in common.
    struct moment {
        const std::string& account;
        time_point at;
        state_change& change;
    };
    using openings = std::vector<const finding_event*>;

    void add(lane& to, const moment& of, const openings& about, std::string_view event);
    void put_openings(lane& to, const moment& of, const openings& all);
    void make_room(lane& in, state_change& change);
    // Visits the messages whose turn it is, in order: those about findings of which no earlier one waits.
    template <class Lane, class Visit>
    static void for_each_in_turn(Lane& its, Visit visit);

    std::map<std::string, lane> lanes_;
    std::function<std::string()> new_id_;
    std::int64_t last_number_ = 0;
};

}  // namespace trunkwarden
