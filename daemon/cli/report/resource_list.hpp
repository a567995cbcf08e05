#pragma once

#include <string>

#include "cli/report/output_format.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// The catalogue, as `trunkwarden resources` prints it; the Markdown form is docs/resources.md. Behind it are
// the extra resources of the settings, with the requests that they cost.
std::string resource_list(output_format format, const settings& configured = {});

}  // namespace trunkwarden
