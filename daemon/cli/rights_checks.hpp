#pragma once

#include <vector>

#include "account/account.hpp"
#include "cli/doctor_checks.hpp"
#include "cli/first_answers.hpp"
#include "cli/further_answers.hpp"

namespace trunkwarden {

// Says how much of all that the daemon reads the key may read; of the rest, what that hides and which
// permission is missing. `further` is empty where not every list was asked for.
void judge_rights(const account& watched, const std::vector<first_answer>& lists,
                  const further_answers& further, doctor_checks& out);

}  // namespace trunkwarden
