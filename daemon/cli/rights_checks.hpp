#pragma once

#include <vector>

#include "account/account.hpp"
#include "cli/doctor_checks.hpp"
#include "cli/first_answers.hpp"
#include "cli/further_answers.hpp"

namespace trunkwarden {

// Says how many of the daemon's readings the key permits; for the others, the hidden things and the missing
// permission. `further` is empty where not every list was asked for.
void judge_rights(const account& watched, const std::vector<first_answer>& lists,
                  const further_answers& further, doctor_checks& out);

}  // namespace trunkwarden
