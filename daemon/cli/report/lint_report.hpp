#pragma once

#include <string>
#include <vector>

#include "baseline/lint/weakness.hpp"
#include "cli/report/terminal.hpp"

namespace trunkwarden {

// What lint found in one account's baseline.
struct linted_account {
    std::string account;
    std::string file;
    std::vector<weakness> weaknesses;

    struct unread {
        std::string resource;
        std::string reason;
    };
    std::vector<unread> not_read;  // of these it is not known what matches
};

// A line for each weakness, as compilers and editors have them, and one that counts.
std::string lint_report_text(const std::vector<linted_account>& accounts, styling style);

// The same for scripts, what is not known in it.
std::string lint_report_json(const std::vector<linted_account>& accounts);

// For people, one line for each account of which something is not known; "" when there is none.
std::string not_read_text(const std::vector<linted_account>& accounts);

// 2 with warnings, or when it is not known whether there are.
int lint_exit_code(const std::vector<linted_account>& accounts);

}  // namespace trunkwarden
