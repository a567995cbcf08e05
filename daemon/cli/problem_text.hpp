#pragma once

#include <string>

#include "cli/terminal.hpp"
#include "support/yaml/problem.hpp"

namespace trunkwarden {

// FILE:LINE:COLUMN: message, then the line with a caret under the column, as compilers show it. Scripts match
// the first line. Ends with a newline.
std::string problem_text(const problem& found, styling when);

}  // namespace trunkwarden
