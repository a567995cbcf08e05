#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit_event.hpp"
#include "diff/deviation.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

enum class finding_status : std::uint8_t { open, acknowledged, contained, resolved };

template <>
inline constexpr auto names_of<finding_status> = word_table<finding_status>("open", "acknowledged",
                                                                            "contained", "resolved");

// Whether the account's audit log explains a finding.
enum class audit_trail : std::uint8_t {
    not_known,  // the log was not read over the time of the change, or there is still time for its event to
                // come
    explained,  // an event names the object: finding::by says who
    none,       // the log was read, and no event came within ten minutes of the change
};

template <>
inline constexpr auto names_of<audit_trail> = word_table<audit_trail>("not known", "explained", "none");

struct acknowledgement {
    std::string reason;
    time_point at;
    std::optional<time_point> until;  // nullopt: until the finding changes or resolves
    std::string by = {};              // the person who gave it (web/peer_names.hpp); "" when not known
    friend bool operator==(const acknowledgement&, const acknowledgement&) = default;
};

// How a contained object looks: to see it like this is no return.
struct contained_state {
    time_point at;                         // a look that began before says nothing about what became of it
    std::vector<field_difference> fields;  // none: it should not be seen at all
    friend bool operator==(const contained_state&, const contained_state&) = default;
};

// A time in which a finding was open, before it opened as it is now.
struct opening {
    time_point from;
    time_point to;  // when it resolved, or its object was gone
    friend bool operator==(const opening&, const opening&) = default;
};

// A deviation with a history.
struct finding {
    std::string id;
    std::string account;
    trunkwarden::deviation deviation;
    std::string title;
    finding_status status = finding_status::open;
    time_point first_seen;
    time_point last_seen;
    time_point opened = {};                       // this time; first_seen is of the first time
    unsigned occurrences = 1;                     // how often it opened: more than once when it is flapping
    std::optional<time_point> absent_since = {};  // flapping: open, but not seen since then
    time_point last_changed = {};                 // when it was first seen to be as it is now
    time_point unchanged_until = {};              // when it was last seen as it was before that
    std::optional<time_point> resolved_at = {};
    std::optional<acknowledgement> acknowledged = {};
    std::optional<actor> by = {};
    audit_trail trail = audit_trail::not_known;
    bool contained = false;  // it was made harmless, this time or before, and that was not undone
    std::optional<contained_state> contained_as = {};  // while it is contained
    std::string quarantine = {};    // the action of the quarantine about it, and the command to type; or ""
    std::string incident = {};      // "i-…" when it is one of several by one actor; else ""
    time_point last_notified = {};  // of its last event
    severity max_severity{};        // of all its events so far: a sink that got one gets the end, too
    std::string state = {};       // 4 hex digits (finding_state.hpp); "" where nobody keeps findings: `check`
    time_point state_since = {};  // when it became another one; {} while it is the one it opened with
    // The object came and went before and is there again since then, which no event has reported yet.
    std::optional<time_point> back_since = {};
    std::vector<opening> earlier = {};  // the last ones, the newest last
};

// Whether a deviation is that of a trusted object that is there.
inline bool is_change_of_trusted(const deviation& deviation)
{
    return deviation.kind == deviation_kind::changed || deviation.kind == deviation_kind::weakened;
}

// Whether it is about a trusted object that trunkwarden itself switched off.
inline bool is_own_work(const finding& f)
{
    return is_change_of_trusted(f.deviation) && f.contained_as && !f.contained_as->fields.empty();
}

// So many are kept in `earlier`.
inline constexpr std::size_t max_earlier_openings = 10;

// It is open again since `now`, after it was over at `ended`.
void begin_opening(finding& f, time_point ended, time_point now);

// When this opening began.
time_point open_since(const finding& f);

enum class transition : std::uint8_t {
    opened,
    changed,
    acknowledged,
    contained,
    recreated,
    resolved,
    reminder
};

template <>
inline constexpr auto names_of<transition> = word_table<transition>("opened", "changed", "acknowledged",
                                                                    "contained", "recreated", "resolved",
                                                                    "reminder");

// A change of a finding.
struct finding_event {
    trunkwarden::transition transition{};
    finding about;
    time_point at;
    std::string by = {};  // the person whose act it is; "" when it is nobody's, or not known
};

// "f-" and 12 hex digits: the same object in the same state of distrust has the same id on every host and
// after every restart. An object that came back after containment keeps the id it had.
std::string finding_id(std::string_view account, const deviation& deviation);

}  // namespace trunkwarden
