#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alerts/alert_sink.hpp"
#include "alerts/alert_weight.hpp"
#include "settings/settings.hpp"
#include "state/delivery.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

struct waiting_message {
    trunkwarden::delivery delivery;
    alert_weight weight = 0;
    alert_weight urgency = 0;  // the most of its weight and of those that wait behind it
    bool released = false;     // it may be sent
    bool under_way = false;
    bool was_dead = false;  // it was given up before, and is sent again
};

// The messages that wait for one sink. The most urgent message goes first, of equal ones the one that waits
// longest; but messages about one finding keep their order, so that a message is as urgent as the most urgent
// one behind it. One message is under way at a time, and a critical one beside lighter ones. No I/O and no
// clock.
class sink_queue {
public:
    void add(waiting_message message);
    // Takes a message out; nothing when it does not wait.
    std::optional<waiting_message> remove(std::int64_t number);

    void release(std::int64_t number);
    void release_all();

    // The next message, and it counts as under way; nothing when none may be sent now.
    std::optional<delivery> next(time_point now, const sink_settings& sink);
    // When next() may have one although nothing else happens; nothing when none waits.
    std::optional<time_point> look_again(const sink_settings& sink) const;

    // Messages that may be sent together with the one of this number, because all are about these findings:
    // `most` of the oldest. They count as under way.
    std::vector<delivery> take_beside(std::int64_t number, const std::set<std::string>& findings,
                                      std::size_t most);
    // One of them waits again, as if it had not been taken.
    void put_back(std::int64_t number);

    // Takes the outcome of an attempt, which decides when the message is sent again, and whether the sink as
    // a whole is left alone for a while.
    void note(std::int64_t number, const attempt_outcome& outcome, time_point now);
    // The obstacle of the last attempts may be gone, and the attempts under way were broken off.
    void start_over(time_point now);

    bool waits(const std::string& finding) const { return of_finding_.contains(finding); }
    const waiting_message* find(std::int64_t number) const;

    // Numbers of the `changed` messages that one of this weight makes superfluous: those at the end of the
    // finding's line that are not under way and not heavier.
    std::vector<std::int64_t> replaced_by_change(const std::string& finding, alert_weight weight) const;
    // Numbers below this one that wait about the finding.
    std::vector<std::int64_t> older_than(std::int64_t number, const std::string& finding) const;
    // The one that gives way first: of the least urgent the oldest. With an opening goes what waits behind
    // it. None when all are under way.
    std::vector<std::int64_t> gives_way() const;

    std::size_t size() const { return queue_.size(); }
    std::size_t bytes() const { return bytes_; }
    const std::map<std::int64_t, waiting_message>& all() const { return queue_; }

private:
    bool in_turn(const waiting_message& message) const;
    bool has_room_for(const waiting_message& message) const;
    time_point pause_of_all(const waiting_message& message, const sink_settings& sink) const;
    void raise_those_before(const waiting_message& message);

    std::map<std::int64_t, waiting_message> queue_;
    std::map<std::string, std::set<std::int64_t>, std::less<>> of_finding_;
    std::set<std::int64_t> under_way_;
    std::size_t bytes_ = 0;
    unsigned failures_ = 0;     // in a row
    time_point asked_until_;    // the receiver asked to wait until then
    time_point paused_until_;   // our own caution
    time_point critical_from_;  // the same, for critical messages
    time_point light_from_;     // when the next lighter message may take a part of the receiver's rate
};

// The memory and disk space that a message takes, about.
std::size_t bytes_of(const delivery& delivery);

// A moment further ahead than any wait was set by a clock that was wrong: it has come.
bool has_come(time_point when, time_point now);

}  // namespace trunkwarden
