#pragma once

#include <string>
#include <string_view>

#include "support/secret.hpp"

// Asking the person at the terminal.

namespace trunkwarden {

bool stdin_is_a_terminal();

// Returns the line that is typed; `otherwise` for an empty line and at the end of the input.
std::string ask_for(std::string_view question, std::string_view otherwise = {});

// The same for a secret: the terminal does not show it.
secret ask_for_secret(std::string_view question);

bool ask_whether(std::string_view question, bool otherwise);

}  // namespace trunkwarden
