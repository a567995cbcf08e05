#pragma once

#include <set>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "cli/report/terminal.hpp"
#include "containment/lockdown.hpp"

namespace trunkwarden {

// Which steps of the playbook are carried out.
using lockdown_steps = std::set<lockdown_step>;

// The plan as a checklist for people: every step, what is done, whether it can be taken back, what stops
// working, then what is left to people.
std::string lockdown_plan_text(const account& watched, const std::vector<lockdown_item>& items,
                               const lockdown_steps& steps, layout how);
std::string lockdown_plan_json(const account& watched, const std::vector<lockdown_item>& items,
                               const lockdown_steps& steps);

// What happened, for the file of the incident: what was seen, by whom it was changed, what was done and when,
// what takes it back, and what is left to people.
std::string lockdown_report_markdown(const account& watched, const std::vector<lockdown_outcome>& outcomes,
                                     const std::vector<std::string>& holes, const lockdown_folder& folder);
std::string lockdown_report_json(const account& watched, const std::vector<lockdown_outcome>& outcomes,
                                 const std::vector<std::string>& holes);

// What could not be read of the account, a sentence each.
std::vector<std::string> holes_of(const account& watched);

}  // namespace trunkwarden
