#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "account/account.hpp"
#include "findings/finding.hpp"
#include "support/optional_reason.hpp"

// The knowledge of an incident before this run of lockdown: the daemon's, and that of earlier runs.

namespace trunkwarden {

struct incident_record {
    struct run {
        std::string file;          // the name of its report
        boost::json::object said;  // lockdown_report_json(); {} when it cannot be read
    };
    std::vector<finding> findings = {};  // of the account: open ones, and those that resolved lately
    boost::json::object history = {};  // of the account, of the last days: status/history_json.hpp; {}: none
    std::vector<run> earlier = {};     // the oldest first
    optional_reason trouble = {};      // why findings or history cannot be read
};

// Findings as the daemon knows them, and those that only this run saw, as the account is shown.
std::vector<finding> findings_of_incident(const account_memory& memory, const incident_record& record);

// Parts of the report, each with its heading; nothing when there is nothing to report.
std::string found_markdown(const account_memory& memory, const incident_record& record);
std::string earlier_runs_markdown(const incident_record& record);
std::string history_markdown(const incident_record& record);

}  // namespace trunkwarden
