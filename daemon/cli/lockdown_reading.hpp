#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "account/account.hpp"
#include "containment/lockdown.hpp"
#include "findings/finding.hpp"
#include "settings/settings_file.hpp"
#include "support/async/async.hpp"
#include "support/optional_reason.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"
#include "support/yaml/problem.hpp"

// The knowledge of a lockdown before its first step: files and account, as far as they can be read.

namespace trunkwarden {

// The account, with the baseline by which it is judged: the file, or else the signed copy that was last
// active, or else none. `problems` say why there is no account.
struct lockdown_files {
    std::unique_ptr<account> watched;
    result<secret> key = secret();
    lockdown_basis basis = lockdown_basis::baseline;
    std::vector<std::string> warnings;  // about the baseline
    std::vector<problem> problems;
};
lockdown_files load_for_lockdown(const settings_reading& from, std::string_view account);

struct lockdown_reading {
    lockdown_terms terms;
    std::vector<object_list> objects;  // by index of the types; of lists read in part, the objects seen
    std::vector<lockdown_item> items;  // of every step
    std::vector<std::string> holes;
    std::vector<std::string> by_hand;  // tasks that only a person can do
};

// Reads the account and plans. Plans nothing when the key belongs to another organisation.
task<lockdown_reading> read_for_lockdown(account& watched, lockdown_basis basis);

// Why a plan may come from a wrong baseline: it switches off or removes most of the objects that were trusted
// a day ago: old ones that no finding is about for that long. `known` are the findings of the daemon's state
// file.
optional_reason warning_of_wrong_baseline(const account& watched, const lockdown_reading& reading,
                                          const std::vector<finding>& known);

// Why the account may not be the one that is meant; nothing when its organisation is confirmed, or the
// baseline pins none.
optional_reason doubt_about_organization(const account_view& view, lockdown_basis basis);

}  // namespace trunkwarden
