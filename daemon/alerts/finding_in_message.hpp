#pragma once

#include <boost/json/object.hpp>

#include "findings/finding.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// A finding as messages show it: to_json() with the most severe fields first, because only the first ones are
// shown everywhere, and an intruder who changes an object chooses how many change with them. The member
// `acceptable` says whether a baseline can be made to trust it.
boost::json::object finding_in_message(finding f, const link_settings& to = {});

}  // namespace trunkwarden
