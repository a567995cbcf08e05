#pragma once

#include <boost/json/object.hpp>

#include "cli/report/period_report.hpp"
#include "cli/report/report_document.hpp"

// The forms of a report (period_report.hpp): for people, and for programs.

namespace trunkwarden {

report_document document_of(const period_report& report);
boost::json::object period_report_json(const period_report& report);

}  // namespace trunkwarden
