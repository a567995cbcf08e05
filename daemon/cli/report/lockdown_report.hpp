#pragma once

#include <set>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "cli/report/incident_record.hpp"
#include "cli/report/terminal.hpp"
#include "containment/lockdown.hpp"

namespace trunkwarden {

// Which steps of the playbook are carried out.
using lockdown_steps = std::set<lockdown_step>;

// The plan of a lockdown, with the warnings about it.
struct lockdown_plan {
    const std::vector<lockdown_item>& items;
    const lockdown_steps& steps;
    const std::vector<std::string>& holes;
    const std::vector<std::string>& warnings;
    const std::vector<std::string>& by_hand;  // tasks that only a person can do
};

// The plan as a checklist for people: every step with its request, whether it can be taken back and what
// stops working, then the work left to people.
std::string lockdown_plan_text(const account_config& config, const lockdown_plan& plan, layout layout);
std::string lockdown_plan_json(const account_config& config, const lockdown_plan& plan);

// The outcome of a lockdown.
struct lockdown_summary {
    const lockdown_run& run;
    const std::vector<std::string>& holes;
    const std::vector<std::string>& warnings;
    const std::vector<std::string>& left;  // why the account is not safe yet
    const std::vector<std::string>& by_hand;
    const incident_record& record;
};

// The report for the folder of the incident: the observations, who changed them, the steps with their times
// and their undoing, and the work left to people.
std::string lockdown_report_markdown(const account& watched, const lockdown_summary& all,
                                     const lockdown_folder& folder);
std::string lockdown_report_json(const account& watched, const lockdown_summary& all,
                                 const link_settings& to);

// A request that can be pasted into a shell, with any text of an intruder in it. The API key is read from a
// file.
std::string pasted_request(const account_config& config, const api_write& request);

// Trusted keys and users stay, and a thief may have one of them: what to do then.
std::string warning_of_trusted_ways(const ways_in& ways);

// The parts of the account that could not be read, a sentence each.
std::vector<std::string> holes_of(const account_view& view);

}  // namespace trunkwarden
