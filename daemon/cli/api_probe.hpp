#pragma once

#include <functional>
#include <string>

#include "account/account.hpp"
#include "cli/report/probe_report.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// Reads the first page of each list, and one answer of each other kind that the daemon reads, and keeps the
// names of headers and members, to be compared with what the catalogue expects. No value is kept. Fails as
// ask_every_list does, and when the API cannot be reached.
result<probed_account> probe_api(account& watched, const secret& key,
                                 const std::function<void(const std::string&)>& on_list);

}  // namespace trunkwarden
