#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit_event.hpp"
#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "state/delivery.hpp"
#include "status/nearest_entry.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"
#include "support/optional_reason.hpp"

// All that is known about one finding, and the gaps: behind `trunkwarden explain`.

namespace trunkwarden {

// The program that answers: the running daemon, or a command that reads the state file.
enum class explained_by : std::uint8_t { daemon, state_file };

template <>
inline constexpr auto names_of<explained_by> = word_table<explained_by>("daemon", "state file");

struct sink_history {
    std::string sink;
    std::optional<time_point> last_taken;  // any message; nothing when it never took one
};

struct explanation {
    explained_by source{};
    time_point as_of;  // nothing later is in it
    finding about;

    std::string baseline_file;
    std::optional<nearest_entry> nearest;
    optional_reason no_entry;  // why there is none: a clause

    // When a complete reading of the resource last ended; nothing when that is not known.
    std::optional<time_point> list_read;
    optional_reason reading_trouble;  // why it is not read completely now

    std::vector<audit_event> events;       // those about the object, the newest last
    std::optional<time_point> audit_read;  // when the log was last read; nothing when that is not known
    optional_reason audit_trouble;         // why it is not read

    std::vector<action> actions;      // about the finding, the newest last
    std::vector<delivery> messages;   // about the finding, which wait or were refused
    std::vector<sink_history> sinks;  // none: not known, or there is no sink
    link_settings links;
};

// The events that are about the object of a finding, or that the finding is about; the newest ones, in order.
std::vector<audit_event> events_about(const finding& f, const std::deque<audit_event>& log);

// Finds the nearest entry, or says why there is none.
void explain_by_baseline(explanation& to, const baseline& trusted, day today);

// For scripts. Secrets are left out; the texts of messages are, too.
boost::json::object to_json(const explanation& all);

}  // namespace trunkwarden
