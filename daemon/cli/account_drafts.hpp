#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/report/unwatched_accounts.hpp"
#include "settings/settings.hpp"
#include "support/yaml/problem.hpp"

// The files of accounts_dir that `accounts import` writes, from a table or from managed accounts. Pure.

namespace trunkwarden {

struct account_draft {
    std::string name;
    std::string text;             // of its file
    std::string organization_id;  // that the key has to belong to; "": nobody said
    text_position from = {};      // the row of the table
};

struct table_reading {
    std::vector<account_draft> drafts;
    std::vector<problem> problems;
};

// A table as RFC 4180 has it: names of columns, then a row for each account. The columns are keys of an
// account, and organization_id. Without baseline_file it is ../baselines/NAME.yml.
table_reading read_account_table(std::string_view text, const std::filesystem::path& file);

// One for each, reached as its manager is. The names are made of those that Telnyx shows: `taken` are those
// that cannot be had.
std::vector<account_draft> drafts_of(const std::vector<unwatched_account>& managed,
                                     const account_settings& manager, std::vector<std::string> taken);

}  // namespace trunkwarden
