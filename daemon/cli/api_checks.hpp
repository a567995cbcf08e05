#pragma once

#include <functional>
#include <string>

#include "cli/doctor_checks.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// The way to the API of one account of the settings: the name, TLS, the key, the clock, the lists that the
// key may read, and the managed accounts that no account watches. Asks for one item of each list, for a page
// of the managed accounts, and once for each other kind of answer that the daemon reads; `on_list` gets the
// path before each. Changes nothing.
void check_api(const account_settings& account, const settings& configured,
               const std::function<void(const std::string&)>& on_list, doctor_checks& out);

}  // namespace trunkwarden
