#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "account/account.hpp"

namespace trunkwarden {

// A managed account that the key of its manager can see, and no account of the settings watches: the acts of
// a thief in it show nowhere.
struct unwatched_account {
    std::string manager;  // the account of the settings whose list shows it
    std::string id;
    std::string name;
    friend bool operator==(const unwatched_account&, const unwatched_account&) = default;
};

// Of the managed accounts that one account lists: those that no account of the settings watches.
std::vector<unwatched_account> unwatched_accounts(const account& manager,
                                                  const std::set<std::string, std::less<>>& watched);

// By what was read of these accounts, which are all that the settings have.
std::vector<unwatched_account> unwatched_accounts(const std::vector<std::unique_ptr<account>>& accounts);

// "acme-berlin (7d0c…), acme-rom (91ab…) and 3 more"; fit for printing.
std::string names_of_accounts(const std::vector<unwatched_account>& all);

}  // namespace trunkwarden
