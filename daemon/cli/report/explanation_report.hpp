#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "cli/report/terminal.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// What /api/v1/findings/ID/explanation says (status/explanation.hpp), for people. What is not known is said
// to be not known.
std::string explanation_text(const boost::json::object& told, time_point now, layout how);

}  // namespace trunkwarden
