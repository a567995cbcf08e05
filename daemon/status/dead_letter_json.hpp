#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <vector>

#include "status/daemon_status.hpp"

namespace trunkwarden {

// A dead letter for scripts: its delivery_id, its findings (ids of the first hundred), why it was refused,
// and when it is sent again automatically. No body: it may be long.
boost::json::object to_json(const dead_letter& letter, time_point now);

// The most severe first, of equal ones the oldest.
boost::json::array dead_letters_json(std::vector<dead_letter> all, time_point now);

boost::json::object resent_json(const resent_letters& outcome);

}  // namespace trunkwarden
