#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "cli/report/terminal.hpp"

namespace trunkwarden {

using account_list = std::vector<std::unique_ptr<account>>;

// The report of `check` for people: findings by severity, then coverage, then one sentence.
std::string check_report_text(const account_list& accounts, styling style);

// The same for scripts.
std::string check_report_json(const account_list& accounts, const link_settings& to = {});

// The findings of all accounts for SIEMs: an array of to_ocsf. Lists that could not be read are not among
// them.
std::string check_report_ocsf(const account_list& accounts, time_point now, const link_settings& to = {});

// 2 for findings, plus 4 when something could not be read.
int check_exit_code(const account_list& accounts);

}  // namespace trunkwarden
