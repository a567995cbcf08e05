#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/report/terminal.hpp"
#include "support/yaml/problem.hpp"

// How a command says on stderr that it cannot continue.

namespace trunkwarden {

// FILE:LINE:COLUMN: message, then the line with a caret under the column, as compilers show it. Scripts match
// the first line. Ends with a newline.
std::string problem_text(const problem& found, styling when);

// Prints why the files cannot be used. Returns the exit code 1.
int print_problems(const std::vector<problem>& problems);

// Prints sentences to stderr, beside the result. Lines fit the terminal.
void say_beside(std::string_view sentence);

// Prints why a command cannot do what it was asked. Returns the exit code 1.
int fail(const std::string& sentence);

}  // namespace trunkwarden
