#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "cli/report/period_report.hpp"
#include "cli/report/report_document.hpp"

// The parts of a report (period_report.hpp) about money, and about the coverage at its moment. A part that is
// not known says so, and why. Pure.

namespace trunkwarden {

// Sums of the days that are known of an account. A day counts if a part of it is of the period and it is over
// at its end.
struct account_spending {
    std::string account;
    std::map<std::string, std::pair<amount, amount>> by_currency = {};  // spent, and topped up
    std::size_t days = 0;                                               // of the period, that are over
    std::size_t known = 0;
    bool is_least = false;
};
std::vector<account_spending> spending_by_account(const period_report& report);

std::vector<std::string> spending_facts(const period_report& report);
report_table spending_table(const period_report& report);
void put_spending(boost::json::object& into, const period_report& report);

std::vector<std::string> coverage_facts(const period_report& report);
report_table coverage_table(const period_report& report);
void put_coverage(boost::json::object& into, const period_report& report);

}  // namespace trunkwarden
