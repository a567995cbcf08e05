#pragma once

#include <boost/json/value.hpp>

#include <string>

#include "cli/report/terminal.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The report of /api/v1/status, for people: first whether all is well, then every part. Fails with
// not_understood rather than leaving out a part that a daemon of another version does not report.
result<std::string> status_report_text(const boost::json::value& status, time_point now, layout layout);

}  // namespace trunkwarden
