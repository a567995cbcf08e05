#include <cstdio>
#include <exception>
#include <fmt/format.h>

#include "cli/command_line.hpp"
#include "cli/command_table.hpp"

// Arguments to subcommand to exit code; the only catch-all.
int main(int argc, char** argv)
try {
    const auto parsed = trunkwarden::parse_command_line(argc, argv, trunkwarden::command_table());
    fmt::print("{}", parsed.to_stdout);
    fmt::print(stderr, "{}", parsed.to_stderr);
    return parsed.run ? parsed.run(parsed.common) : parsed.exit_code;
} catch (const std::exception& e) {
    std::fprintf(stderr, "trunkwarden: %s\n", e.what());
    return 1;
}
