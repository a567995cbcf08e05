#pragma once

#include <string_view>
#include <vector>

#include "web/html.hpp"

namespace trunkwarden {

// A small line of values, the newest at the right, with a sentence for those who do not see it. Nothing of
// fewer than two values.
html sparkline(const std::vector<double>& values, const html& says);

}  // namespace trunkwarden
