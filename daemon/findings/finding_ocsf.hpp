#pragma once

#include <boost/json/object.hpp>

#include <string_view>

#include "support/clock.hpp"

namespace trunkwarden {

// A finding, as to_json() makes it, in the form of the Open Cybersecurity Schema Framework that SIEMs read:
// class Detection Finding (2004) of version 1.3.0 (https://schema.ocsf.io/1.3.0/classes/detection_finding).
// `event` is the name of a transition, "opened_many", or "test"; "" where a finding is listed and nothing
// happened to it. Members without a place of their own are in `unmapped`
// (docs/decisions/0074-ocsf-by-a-table.md). Pure.
boost::json::object to_ocsf(const boost::json::object& finding, std::string_view event, time_point now);

// The same of a finding of which nothing is known but its id, its account and its severity ("": not known).
boost::json::object ocsf_of_id(std::string_view id, std::string_view account, std::string_view severity,
                               time_point now);

}  // namespace trunkwarden
