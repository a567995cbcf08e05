#pragma once

#include <functional>
#include <string>

#include "cli/doctor_checks.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// The way to the API of one account: the name, TLS, the key, the clock, and what the key may read. Asks for
// one item of each list; `on_list` hears the path before each. Changes nothing.
void check_api(const account_settings& account, const poll_settings& poll,
               const std::function<void(const std::string&)>& on_list, doctor_checks& out);

}  // namespace trunkwarden
