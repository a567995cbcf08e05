#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "cli/report/terminal.hpp"
#include "containment/action.hpp"
#include "findings/finding.hpp"

namespace trunkwarden {

// The effect of a filter on the open findings.
struct left_by_filter {
    bool filtered = false;
    std::size_t open_left_out = 0;
};

// Findings for people, in short: those of one incident or of one quarter of an hour together, under one head
// and with a line each; by severity, possible loss, the newest first, resolved ones last; then one sentence
// that counts them.
std::string findings_report_text(std::vector<finding> findings, time_point now, layout layout,
                                 const left_by_filter& filter = {});

// All about one finding: times to the second, values that are not cut, and where to read on.
std::string finding_text(const finding& f, time_point now, layout layout, const link_settings& links = {});

// For so long after the quarantine acted, its undo is shown beside the findings, also when the finding is
// over: from Friday evening to Monday morning are 60 hours.
constexpr auto undo_shown_for = std::chrono::hours(72);

// The first steps, for each account in which something critical is open: the steps in their order, their
// commands on lines of their own, not wrapped, to be copied. "" when there is none.
std::string first_steps_text(const std::vector<finding>& findings, layout layout,
                             const link_settings& to = {});

// Actions of the quarantine that can still be undone and whose findings are not in the list: the newest
// first, each with the command. "" when there are none.
std::string undo_report_text(const std::vector<finding>& listed, std::vector<action> actions, time_point now,
                             layout layout);

// Findings for scripts: an array of to_json.
std::string findings_report_json(std::vector<finding> findings, const link_settings& to = {});

// Findings for SIEMs: an array of to_ocsf.
std::string findings_report_ocsf(std::vector<finding> findings, time_point now, const link_settings& to = {});

// "3 min ago", "in 2 h"
std::string relative(time_point at, time_point now);

colour colour_of(severity level);

}  // namespace trunkwarden
