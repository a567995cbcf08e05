#pragma once

#include <string>
#include <string_view>

#include "cli/error_output.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

// Asking the person at the terminal.

namespace trunkwarden {

bool stdin_is_a_terminal();

// Returns the line that is typed; `otherwise` for an empty line and at the end of the input.
std::string ask_for(std::string_view question, std::string_view otherwise = {});

// The same for a secret: the terminal does not show it.
secret ask_for_secret(std::string_view question);

bool ask_whether(std::string_view question, bool otherwise);

// Asks again, `enough` times at most, until the answer is valid.
template <class Ask, class Take>
result<void> ask_until(int enough, Ask ask, Take take)
{
    result<void> taken;
    for (int times = 0; times < enough; ++times) {
        taken = take(ask());
        if (taken)
            break;
        say_beside("  " + taken.error().message);
    }
    return taken;
}

}  // namespace trunkwarden
