#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "status/daemon_status.hpp"
#include "support/result.hpp"

// All that `trunkwarden findings` prints, from the running daemon: the reports are made of findings, not of
// their JSON. One version of trunkwarden talks to itself here, so the records are those of the state file.

namespace trunkwarden {

struct shown_records {
    std::vector<std::string> accounts;  // their names, in the order of the settings
    std::vector<finding> findings;      // that are not over
    std::vector<action> actions;        // that were done and can be undone
};

// {"accounts": [NAME…], "findings": [{"record", "state"}…], "actions": [RECORD…]}. Fingerprints of secrets
// are left out: nobody who reads needs them.
boost::json::object records_json(const daemon_status& status, const std::vector<action>& actions);

// The same back. Fails with not_understood: the daemon is of another version.
result<shown_records> records_in(const boost::json::value& json);

}  // namespace trunkwarden
