#pragma once

#include <span>
#include <string>

#include "cli/command.hpp"

namespace trunkwarden {

// The command that the arguments ask for; or, when they ask for help, the version, or nothing sensible, the
// text to print and the exit code to end with.
struct parsed_command_line {
    const command_spec* command = nullptr;
    common_options common;
    command_function run;  // of `command`, with its own options; takes `common`
    std::string to_stdout;
    std::string to_stderr;
    int exit_code = 0;
};

// Whether the result may be shown with a pager: where it goes to a terminal.
bool pages_its_result(const parsed_command_line& parsed);

parsed_command_line parse_command_line(int argc, const char* const* argv,
                                       std::span<const command_spec* const> table);

}  // namespace trunkwarden
