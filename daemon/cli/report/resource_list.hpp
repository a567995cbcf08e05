#pragma once

#include <string>

#include "cli/report/output_format.hpp"

namespace trunkwarden {

// The catalogue, as `trunkwarden resources` prints it; the Markdown form is docs/resources.md.
std::string resource_list(output_format format);

}  // namespace trunkwarden
