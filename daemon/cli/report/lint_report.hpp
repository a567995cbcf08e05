#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "baseline/lint/lint_issue.hpp"
#include "cli/report/terminal.hpp"

namespace trunkwarden {

// The issues that lint found in one account's baseline.
struct linted_account {
    std::string account;
    std::string file;
    std::vector<lint_issue> weaknesses;

    struct unread {
        std::string resource;
        std::string reason;
    };
    std::vector<unread> not_read;  // the live check skipped these
    std::vector<std::string> not_limited =
        {};                 // resources of use without a section: nothing of them is judged
    std::size_t marks = 0;  // "# REVIEW:", which a capture leaves for a person to look at
};

// A line for each weakness, as compilers and editors have them, and one that counts.
std::string lint_report_text(const std::vector<linted_account>& accounts, styling style);

// The same for scripts, with the resources that were not read.
std::string lint_report_json(const std::vector<linted_account>& accounts);

// One line for each account that was not read completely; "" when all were.
std::string not_read_text(const std::vector<linted_account>& accounts);

// One line for each account whose use is not limited; "" when all of it is. That is for the owner to decide,
// and no warning.
std::string not_limited_text(const std::vector<linted_account>& accounts);

// One line for each account whose baseline still has marks; "" when none has.
std::string marks_text(const std::vector<linted_account>& accounts);

// 2 when there are warnings about which the owner can do something, or when an account was not read
// completely; else 0.
int lint_exit_code(const std::vector<linted_account>& accounts);

}  // namespace trunkwarden
