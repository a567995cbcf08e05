#pragma once

#include <cstddef>
#include <vector>

#include "account/account.hpp"
#include "use/judge_spending.hpp"

// Shared by the watches of what an account uses.

namespace trunkwarden {

std::size_t place_of_role(const account& account, resource_role role);

// The findings of the use itself that are open, as they were told last.
std::vector<told_excess> told_in(const ledger& findings, const resource_type& type);

// The section was taken out, or was not there: who limits nothing is told nothing.
void leave_use_out(account& account, std::size_t place);

}  // namespace trunkwarden
