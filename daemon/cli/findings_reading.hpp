#pragma once

#include <functional>
#include <string>
#include <vector>

#include "settings/settings.hpp"
#include "status/shown_records.hpp"
#include "support/result.hpp"

namespace trunkwarden {

struct kept_findings {
    std::vector<std::string> accounts;  // their names: of the settings, and of the daemon
    std::vector<finding> findings;
    std::vector<action> actions;
};

// The findings that are open, acknowledged or contained, and with `resolved_too` those that are over. The
// running daemon is asked first: it knows newer things, and members of its group may not read the state file.
// When it gives no answer, all is read from the state file; `remark` gets the reason, and as of when that is.
// Only the state file has those that are over: where that cannot be read, `remark` says that they are left
// out. Fails when neither can be read.
result<kept_findings> read_findings_first_hand(const settings& configured, bool resolved_too,
                                               const std::function<void(const std::string&)>& remark);

}  // namespace trunkwarden
