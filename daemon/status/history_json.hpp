#pragma once

#include <boost/json/object.hpp>

#include <string_view>

#include "state/history_event.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// A part of the history as `history --output=json` prints it and /api/v1/history answers. It is as of a time:
// of a file that is read without the daemon, when it was last written.
boost::json::object history_json(const history_page& page, time_point as_of);

}  // namespace trunkwarden
