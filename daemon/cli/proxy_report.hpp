#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/report/doctor_report.hpp"
#include "fetch/https_client.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// Which proxy leads to the API of each account, to each sink that may have one and to the receiver of the
// heartbeat, and where the environment names one that is not used. Reads the files that the settings name.
std::vector<doctor_check> check_proxies(const settings& configured);

// That the environment names a proxy which is not used, as a sentence. Nothing when there is none.
std::optional<std::string> unused_proxy(const settings& configured);

// The origin to which a connection is opened: the proxy where there is one.
origin nearest_of(const https_options& way, const origin& to);

}  // namespace trunkwarden
