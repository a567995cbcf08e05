#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/severity.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"
#include "support/optional_reason.hpp"

// The history: what happened, when, by whom, a sentence each (docs/decisions/0035-history.md).

namespace trunkwarden {

enum class history_kind : std::uint8_t {
    opened,          // a finding, for the first time or again
    changed,         // a finding
    attributed,      // it became known who made a finding, or of which incident it is
    acknowledged,    // a finding
    unacknowledged,  // a finding: a person took it back, or its time is over
    contained,       // a finding's object was made harmless
    resolved,        // a finding
    blind,           // something cannot be seen any more
    sees_again,      // something can be seen again
    action,          // of the quarantine came into another state
    accepted,        // changed secrets are the right ones from now on
    delivered,       // a sink took a message
    dead_letter,     // a sink refused a message for good, or too many waited
    reload,          // edited files are active
    not_reloaded,    // edited files were refused, or taken in part only
    frozen,          // the quarantine
    thawed,
    lockdown,   // a step of it
    started,    // the daemon
    stopped,    // the daemon
    forgotten,  // events gave way
    spent,      // a day is over: its spending (use/day_spending.hpp)
};

template <>
inline constexpr auto names_of<history_kind> = word_table<history_kind>(
    "opened", "changed", "attributed", "acknowledged", "unacknowledged", "contained", "resolved", "blind",
    "sees_again", "action", "accepted", "delivered", "dead_letter", "reload", "not_reloaded", "frozen",
    "thawed", "lockdown", "started", "stopped", "forgotten", "spent");

// Begins the sentence of a finding that was acknowledged until now.
inline constexpr std::string_view no_longer_acknowledged = "not acknowledged any more: ";

// In history_event::by: no person decided this step.
inline constexpr std::string_view monitor_itself = "trunkwarden";

struct history_event {
    time_point at;
    history_kind kind{};
    severity level = severity::info;  // of its finding; of a dead letter: whether it is severe
    std::string account = {};         // "": of no account
    std::string resource = {};        // of the catalogue; "": of none
    std::string finding = {};         // ids, "" where there is none
    std::string incident = {};
    std::string action = {};
    std::string sentence = {};
    std::string by = {};  // a person, as far as is known; ""
    friend bool operator==(const history_event&, const history_event&) = default;
};

// How long an event is needed: less severe ones give way first.
enum class history_weight : std::uint8_t {
    light,     // and all of an account that is more than a day's share
    high,      // findings, and the spending of days
    critical,  // findings, and the steps in an account
    act,       // of a person or of the daemon itself: a thief in the account cannot make them
};
history_weight weight_of(const history_event& event);

// Whether the status page shows it among the newest: no light one, and no sums of days, of which each account
// has one at midnight.
bool is_news(const history_event& event);

// Which part of the history is asked for. Nothing, and "" elsewhere: any.
struct history_selection {
    std::optional<time_point> since = {};
    std::optional<std::string> account = {};  // "": only what is of no account
    std::string resource = {};
    std::string incident = {};  // or the beginning of its id
    std::string finding = {};
    std::size_t most = 200;
    std::string before = {};  // the events before a page: its history_page::earlier; or before_moment()
};

// For history_selection::before: the events before a moment.
std::string before_moment(time_point at);

// The newest events that were asked for, the oldest first.
struct history_page {
    std::vector<history_event> events;
    std::string earlier = {};      // there are more, before these: for history_selection::before; else ""
    optional_reason trouble = {};  // why something newer may be missing, a sentence
};

// Makes its texts short lines: an intruder may have written them. Twice does no harm.
void shorten(history_event& event);

// Cuts a list that grows while it cannot be written: the lightest and oldest go. Returns how many went.
std::size_t keep_heaviest(std::vector<history_event>& events, std::size_t most);

}  // namespace trunkwarden
