#pragma once

#include <string>
#include <string_view>

#include "support/secret.hpp"

// Asking the person at the terminal.

namespace trunkwarden {

bool stdin_is_a_terminal();  // stdin is a terminal

// What is typed; `otherwise` for just Enter, and at the end of the input.
std::string ask_for(std::string_view question, std::string_view otherwise = {});

// Nothing of what is typed shows.
secret ask_for_secret(std::string_view question);

bool ask_whether(std::string_view question, bool otherwise);

}  // namespace trunkwarden
