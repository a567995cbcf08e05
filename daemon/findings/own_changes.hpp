#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "audit/audit_event.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

// A change that trunkwarden lockdown makes, as it reports it to a running daemon over the control socket.
struct own_change {
    enum class stage : std::uint8_t {
        sending,  // its request is about to leave
        done,     // lockdown read the object again, and it is as it should be
        over,     // nothing more comes; the object is judged as any other
    };
    stage now = stage::over;
    std::string resource;
    std::string object_id;
    std::string user_id = {};      // the owner of the key that makes it; "" when not known
    std::string left = {};         // done: state_of() the object as lockdown read it then; "" when it is gone
    std::string date_before = {};  // modified_at right before the only request; "" after several
    std::string date_after = {};   // and as it was left
    std::string secret = {};       // done: the name of the field whose new secret was verified; ""
    std::set<std::string> fields = {};  // names of those that were written and are no secrets
};

template <>
inline constexpr auto names_of<own_change::stage> = word_table<own_change::stage>("sending", "done", "over");

// The changes by lockdown that the readings do not show yet, or showed a short while ago. Pure; the daemon
// loses them when it ends.
class own_changes {
public:
    // So many objects are remembered; the changes of others are judged as somebody else's.
    static constexpr std::size_t most = 20'000;
    // For so long nothing is said about an object while its request is on its way.
    static constexpr auto patience = std::chrono::minutes(2);
    // For so long after a change a reading may show its result for the first time.
    static constexpr auto keeping = std::chrono::hours(1);
    // The clocks of this host and of the API differ by so much at most.
    static constexpr auto clocks_differ_by = std::chrono::minutes(1);

    void take(own_change told, time_point now);

    // Forgets those of which nothing can come any more. Looks at all of them, once a minute at most.
    void forget(time_point now);

    bool empty() const { return by_object_.empty(); }
    bool knows(std::string_view resource, std::string_view id) const { return find(resource, id) != nullptr; }

    // Whether a reading that began then may show the object in the middle of the change.
    bool is_under_way(std::string_view resource, std::string_view id, time_point began, time_point now) const;

    // The change that left the object in this state, as a reading that began then shows it; nullptr when
    // there is none.
    const own_change* that_left(std::string_view resource, std::string_view id, std::string_view state,
                                time_point began) const;

    // The same, after note_seen() of this reading.
    void note_seen(const own_change& change, time_point began);
    const own_change* seen_in(std::string_view resource, std::string_view id, time_point began) const;

    // Whether an audit event is about one of the changes: by the owner of the key, about the object, at that
    // time. Each request accounts for one event only: the same change by somebody else is reported.
    bool takes(const audit_event& event);

private:
    struct noted {
        own_change told;
        time_point first_sent;
        time_point sent;
        std::optional<time_point> ended = {};
        std::optional<time_point> seen = {};  // when the reading began that last showed it as it was left
        unsigned events = 0;                  // that are still to come
    };
    using key = std::pair<std::string, std::string>;  // resource and id

    const noted* find(std::string_view resource, std::string_view id) const;

    std::map<key, noted> by_object_;
    time_point forgotten_at_;
};

}  // namespace trunkwarden
