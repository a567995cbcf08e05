#pragma once

#include <string>
#include <vector>

#include "cli/terminal.hpp"
#include "findings/finding.hpp"

namespace trunkwarden {

// Findings for people: by severity, the newest first, what is over last; then one sentence that counts them.
std::string findings_report_text(std::vector<finding> findings, time_point now, layout how);

// The same for scripts: an array of to_json.
std::string findings_report_json(std::vector<finding> findings);

// "3 min ago", "in 2 h"
std::string relative(time_point at, time_point now);

colour colour_of(severity level);

}  // namespace trunkwarden
