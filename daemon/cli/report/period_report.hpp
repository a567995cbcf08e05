#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/severity.hpp"
#include "state/history_event.hpp"
#include "support/clock.hpp"
#include "support/optional_reason.hpp"
#include "use/day_spending.hpp"

// A period of the history, summed up for people who were not there: the weekly meeting, the insurer. Pure.

namespace trunkwarden {

// The period, and how well the history covers it, as far as that is known.
struct report_period {
    time_point from;
    time_point to;
    std::string account = {};                // "": all
    std::vector<std::string> accounts = {};  // those that it is about, as far as they are known
    bool is_over = false;                    // it ended before now, because somebody said so
    bool by_state_file = false;              // no daemon answered: the record ends at `to`
    bool is_in_database = false;             // the state is there, and not in a file
    std::optional<time_point> known_from =
        {};                        // events before it are not in the report; nullopt: it is whole
    optional_reason trouble = {};  // why the newest events may be missing
};

// A finding that is open at the end of the period, as its JSON says.
struct open_finding_record {
    std::string id;
    std::string account;
    std::string resource;
    std::string incident;
    severity level{};
    std::string title;
    std::string by;      // as far as is known; ""
    std::string status;  // "open", "acknowledged", "contained"
    std::optional<time_point> since;
    bool is_blindness = false;
};

// The spending of an account on the day of the report, as far as it is over.
struct spending_today {
    std::string account;
    std::string currency;
    std::string spent;      // an amount, as the daemon says it
    std::string available;  // "": not known
    bool is_least = false;
};

// A resource that the daemon does not read completely, and why.
struct unwatched_resource {
    std::string account;
    std::string resource;
    std::string state;  // "failed", "unavailable", "accepted"
    std::string reason;
};

struct account_coverage {
    std::string account;
    std::size_t resources = 0;
    std::size_t complete = 0;
    std::vector<unwatched_resource> unwatched = {};
    std::vector<std::string> not_proven = {};  // sentences
    std::string refused = {};                  // why nothing of the account is judged; ""
};

// The state of the daemon at the moment of the report, or why it is not known.
struct daemon_now {
    std::optional<std::vector<account_coverage>> coverage = {};
    std::vector<spending_today> today = {};
    std::string trouble = "no daemon answered";
};

// Facts beside the events of the period: the history of a period has no word of a thing that began before it.
struct around_the_period {
    // The newest events of the daemon itself before the period, the oldest first.
    std::vector<history_event> daemon = {};
    std::vector<open_finding_record> open = {};  // now
    std::vector<history_event> after = {};       // those since a period that is over, the oldest first
    daemon_now now = {};
    optional_reason trouble = {};  // why one of these is not known or not whole, a sentence
};

// The life of a finding within the period. Times are nullopt where the period does not show them.
struct reported_finding {
    std::string id;
    std::string account;
    std::string resource;
    std::string incident;
    severity level{};      // the highest in the period
    std::string sentence;  // of the newest event that says how it is
    std::string by;        // its author, as far as is known; ""
    std::optional<time_point> opened = {};
    std::optional<time_point> opened_before = {};  // of one that is open at the end
    std::string status = {};  // of one that is there at the end (period_end.hpp has one more); ""
    std::optional<time_point> resolved = {};
    std::optional<time_point> contained = {};
    std::optional<time_point> acknowledged = {};
    std::optional<time_point> delivered = {};  // the first message about it that a sink took after it opened
};

// The spending of an account on a day that is over.
struct reported_day {
    std::string account;
    day_spending sums;
};

// A time in which something was not watched.
struct blind_span {
    std::string account;             // "": every account
    std::string sentence;            // the thing that could not be seen, or why nobody looked
    std::optional<time_point> from;  // nullopt: since before the period, or not known
    std::optional<time_point> to;    // nullopt: not over at the end of the period
};

struct period_report {
    report_period period;
    std::vector<reported_finding> findings;  // the most severe first, then the oldest
    std::vector<history_event> trusted;  // accepted, acknowledged or no more, and reloaded, the oldest first
    std::vector<history_event> acts;     // of the quarantine and of lockdown, freezes too
    std::vector<blind_span> blind;       // the oldest first
    std::vector<reported_day> spent;     // by day, then by account
    daemon_now now;
    std::size_t deliveries = 0;    // messages that sinks took
    std::size_t dead_letters = 0;  // messages that they refused for good
    std::size_t forgotten = 0;     // events of the history that say that others gave way
    // Before it is not known whether the daemon ran; nullopt: it is known for all of the period.
    std::optional<time_point> running_known_from = {};
    optional_reason trouble = {};  // around_the_period::trouble
};

// A part of the history (status/history_json.hpp). Events that cannot be read as events are left out.
std::vector<history_event> events_of(const boost::json::object& history);

// Findings as the API and to_json() have them. Those that are resolved, or cannot be read, are left out.
std::vector<open_finding_record> open_findings_of(const boost::json::array& findings);

// The answers of /api/v1/coverage and /api/v1/status, as far as they are about an account, or about all ("").
std::vector<account_coverage> coverage_of(const boost::json::object& said, std::string_view account);
std::vector<spending_today> spending_today_of(const boost::json::object& said, std::string_view account);

// Sums up events of a period, the oldest first.
period_report sum_up(const std::vector<history_event>& events, report_period period,
                     const around_the_period& around = {});

// From the opening of a finding to the first message about it that a sink took. Only findings that opened in
// the period and that such a message names first: a message about several is recorded with one of them.
struct time_to_tell {
    std::size_t findings = 0;
    std::chrono::milliseconds median{};
    std::chrono::milliseconds longest{};
};
time_to_tell time_to_tell_of(const period_report& report);

// How long nothing, or not everything, was watched: the union of the spans, by account. Spans without a
// beginning count from the beginning of the period, those without an end to its end.
std::map<std::string, std::chrono::milliseconds> blind_time_by_account(const period_report& report);

// Findings that opened in the period, by severity.
std::map<severity, std::size_t> opened_by_severity(const period_report& report);

}  // namespace trunkwarden
