#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "baseline/file/signed_baseline_file.hpp"
#include "settings/settings.hpp"
#include "support/digest.hpp"
#include "support/optional_reason.hpp"
#include "support/secret.hpp"

// Accounts as their files describe them: a start begins with them, and a reload compares them.

namespace trunkwarden {

// A signed baseline, and where it is kept while it is active.
struct signed_baseline {
    signed_text text;
    std::filesystem::path kept_at;
};

struct ready_account {
    std::unique_ptr<account> watched;
    secret key;
    digest access{};  // of the key and the files that it is reached with
    // Of its baseline, when that is signed and came from the baseline file.
    std::optional<signed_baseline> source = {};
};

// An account whose baseline file is not taken, because it has to be signed and is not.
struct skipped_account {
    std::string account;
    std::string baseline_error;  // why
};

// An account's files as they are now.
struct account_read_again {
    std::string name;
    baseline trusted;
    // Why the baseline file is rejected: then there is none here, and the active one stays.
    optional_reason baseline_error;
    ready_account ready;  // as a start would have it, but for its baseline
};

struct files_read_again {
    settings configured;
    std::vector<account_read_again> accounts;  // in the order of the settings
};

// All files, read again.
struct files_reading {
    std::optional<files_read_again> valid;
    std::vector<std::string> problems;             // FILE:LINE:COLUMN: message; then nothing is to change
    std::vector<std::string> warnings;             // about what is valid but unwise
    std::vector<skipped_account> skipped;          // to be noted beside other faults
    std::vector<std::filesystem::path> looked_at;  // also what was not there
};

}  // namespace trunkwarden
