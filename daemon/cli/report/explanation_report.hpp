#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "cli/report/terminal.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// The explanation of a finding (/api/v1/findings/ID/explanation, status/explanation.hpp), for people. An
// unknown fact is shown as not known.
std::string explanation_text(const boost::json::object& told, time_point now, layout layout);

}  // namespace trunkwarden
