#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "state/delivery.hpp"
#include "state/history_event.hpp"
#include "use/day_spending.hpp"

// Facts as events of the history. Pure.

namespace trunkwarden {

// Turns what becomes of findings into events. Remembers of each open finding what was recorded of it.
class finding_historian {
public:
    // Findings of an earlier run, of which everything was recorded.
    void restore(const std::vector<finding>& kept);

    // Nothing for a reminder.
    std::optional<history_event> record(const finding_event& event);

    // The changes without an event: the author became known, or the incident.
    std::optional<history_event> record_silently(const finding& changed, time_point now);

private:
    struct recorded {
        std::string actor;
        std::string incident;
        bool is_acknowledged = false;
    };
    static recorded recorded_of(const finding& f);
    static bool ends_acknowledgement(const finding_event& event, const recorded* before);
    static history_kind kind_of(const finding_event& event, const recorded* before);
    static std::string sentence_of(const finding_event& event, history_kind kind, const recorded* before);

    std::map<std::string, recorded, std::less<>> recorded_;  // by finding
};

// A finding ends because nobody watches its "account" or "resource" any more.
history_event history_of_unwatched(const finding& ended, std::string_view unwatched);

// Its changed secrets are the right ones from now on, because a person says so.
history_event history_of_accepted(const finding& about, const std::string& by, time_point now);

history_event history_of(const action& action, time_point now);

// The spending of a day that is over, as somebody saw at `seen`.
history_event history_of(const day_spending& sums, const std::string& account, time_point seen);

// A sink took a message, or it is a dead letter now.
history_event history_of(const delivery& delivery, time_point now);

// The quarantine becomes this.
history_event history_of(const std::optional<freeze>& frozen, time_point now);

}  // namespace trunkwarden
