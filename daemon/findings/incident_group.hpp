#pragma once

#include <string>
#include <vector>

#include "findings/finding.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// Findings that people read together: those of one incident, or severe ones that opened within one quarter of
// an hour (decision 41). Most groups are one finding.
struct incident_group {
    std::string id = {};                       // "i-…"; "" when only the time joins them, and for one alone
    std::vector<const finding*> members = {};  // in the order of the playbook: those about money are first
    time_point from = {};                      // of the first change; where that is not known, of the opening
    time_point to = {};                        // of the last one
};

// The groups in the order of is_shown_before() by their first finding there. Resolved findings are alone.
std::vector<incident_group> grouped(std::vector<const finding*> findings);

// The open members of one incident as a group.
incident_group group_of_incident(const std::string& id, const std::vector<const finding*>& findings);

// "9 findings of one incident, i-3b1c9a70d2e4: by mallory@example.com, from 02:11 to 02:19 UTC; up to USD
// 42.00 a minute". Printable.
std::string words_of(const incident_group& group, time_point now);

}  // namespace trunkwarden
