#pragma once

#include <string>
#include <vector>

namespace trunkwarden {

// Runs a program of the PATH with these words, and waits. Returns its exit code; 1 when it cannot be run or
// was ended by a signal.
int run_program(const std::vector<std::string>& words);

}  // namespace trunkwarden
