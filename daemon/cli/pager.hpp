#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkwarden {

// A program that shows long text on a terminal.
struct pager {
    std::string command;                // for the shell
    std::vector<std::string> settings;  // NAME=VALUE, of its environment beside that of this process
};

// A variable of the environment; nothing where it is not set.
using environment_reader = std::function<std::optional<std::string>(const char* name)>;

// Which rights this process has, compared with the person at the terminal.
enum class terminal_rights : std::uint8_t { own, elevated };

// As the environment says: TRUNKWARDEN_PAGER, PAGER, or less. Nothing where it asks for none ("" or "cat"),
// or the terminal is a dumb one. With elevated rights (sudo) it is always less, in its secure mode: a pager
// that starts a shell would give away those rights.
std::optional<pager> choose_pager(const environment_reader& variable, terminal_rights rights);

// Shows the text with the pager that the environment names, if it does not fit on the terminal at stdout, and
// waits for its end. False where no pager is wanted or needed, or it ended with an error: then the text is to
// be printed.
bool show_in_pager(std::string_view text);

}  // namespace trunkwarden
