#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "audit/audit_event.hpp"

namespace trunkwarden {

// Which events of an account's audit log were seen, and how far back the next look-up goes. The log is late
// and unordered: every look-up overlaps those before it, and an event counts once, by its id. Pure.
class audit_memory {
public:
    // How far back the next look-up goes: to two minutes before the one before it; once a minute 15 minutes;
    // at the first and every ten minutes 24 hours; after a longer silence to before it, 47 hours at most.
    time_point look_back_to(time_point now) const;

    // The new events of a look-up that began at `began`, oldest first. Events older than two days are no
    // news: nothing is remembered that long. A part of the window (its oldest events) says nothing about
    // missing events.
    enum class reach { all_of_it, part_of_it };
    std::vector<audit_event> take(std::vector<audit_event> read, time_point began,
                                  reach extent = reach::all_of_it);

    // Events of an earlier run of the daemon: seen, but not new. Events up to `forgotten_to` were seen, too,
    // and are not among them.
    void restore(std::vector<audit_event> known, time_point forgotten_to = {});

    // trunkwarden itself did this: it explains nothing that others did. It was seen all the same.
    void leave_out(const std::string& id);

    static constexpr std::size_t max_recent = 10'000;

    // Oldest first; of the last two days, the max_recent newest at most, shortened.
    const std::deque<audit_event>& recent() const { return recent_; }

    // When the last complete look-up began; nothing before the first.
    std::optional<time_point> read_at() const { return read_at_; }

    // Whether the log was looked at often enough (never more than five minutes apart) from `from` until `to`
    // for the absence of an event to mean something.
    bool covers(time_point from, time_point to) const;

private:
    bool note(const audit_event& event);
    void add(std::vector<audit_event> fresh);
    void forget(time_point before);

    std::deque<audit_event> recent_;
    std::unordered_map<std::uint64_t, time_point> seen_;  // by hash of id, when the event was made
    time_point floor_;  // events up to here count as seen: there were more than seen_ may hold
    std::optional<time_point> read_at_;
    std::optional<time_point> wide_at_;       // when the last look-up over 15 minutes or more began
    std::optional<time_point> restored_to_;   // the newest event that an earlier run saw
    std::optional<time_point> deep_at_;       // when the last look-up over 24 hours began
    std::optional<time_point> covered_from_;  // since when look-ups have been close together
};

}  // namespace trunkwarden
