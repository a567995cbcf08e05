#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "cli/report/output_format.hpp"
#include "cli/report/terminal.hpp"
#include "support/log.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

// A command: one row of the table (command_table.hpp), beside the code that carries it out.

namespace trunkwarden {

// The way of a result that does not fit on the terminal.
enum class long_output : std::uint8_t { printed, paged };

// Options that every command takes.
struct common_options {
    std::filesystem::path config_file = "/etc/trunkwarden/trunkwarden.yml";
    log_options log;
    output_format output = output_format::text;
    colouring colours = colouring::automatic;
    long_output when_long = long_output::paged;
};

// Carries out a command whose arguments were parsed, and returns its exit code.
using command_function = std::function<int(const common_options&)>;

struct command_spec {
    const char* name = nullptr;      // all its words: "baseline capture"
    const char* help = nullptr;      // its line in the list of commands
    const char* examples = nullptr;  // the end of its own --help: remarks, then examples
    // Declares the options to the parser, which fills them in before it calls the function that is returned.
    // nullptr: a group of commands, whose rows come after it.
    command_function (*add_options)(CLI::App&) = nullptr;
    // The words that --output takes beside text and json, with a space around each: " markdown html ".
    std::string_view more_outputs = {};
    long_output when_long = long_output::printed;
};

// `add_options` of a command with options of its own, which Options::add_to(CLI::App&) declares. The parser
// writes into them and the function reads them later: both share them.
template <class Options, int (*run)(const Options&, const common_options&)>
command_function with_options(CLI::App& app)
{
    const auto given = std::make_shared<Options>();
    given->add_to(app);
    return [given](const common_options& common) { return run(*given, common); };
}

// The same of a command that takes the common options only.
template <int (*run)(const common_options&)>
command_function without_options(CLI::App&)
{
    return run;
}

}  // namespace trunkwarden
