#pragma once

#include <boost/json/object.hpp>

#include "findings/finding.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// A finding as scripts, sinks and pages get it. Secrets are "(secret)" in it already.
boost::json::object to_json(const finding& f, const link_settings& to = {});

// The `actor` of such a finding, without its time.
actor actor_in(const boost::json::object& json);

}  // namespace trunkwarden
