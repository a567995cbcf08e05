#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The explanation of a finding, open or resolved, from the state file and the baseline file, in the shape in
// which the daemon explains one. `written` is its id or the beginning of one. Fails like read_findings, or
// with not_found.
result<boost::json::object> explain_from_file(const std::string& written, const settings& configured);

}  // namespace trunkwarden
