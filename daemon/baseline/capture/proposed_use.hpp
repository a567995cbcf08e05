#pragma once

#include <string>
#include <vector>

#include "baseline/active_calls_policy.hpp"
#include "baseline/spending_policy.hpp"
#include "baseline/traffic_policy.hpp"

namespace trunkwarden {

// Limits on the use of an account, made from the use that it had. People read and correct them.
struct proposed_use {
    spending_policy spending;                  // not present: nothing cost anything, or nothing was read
    std::string spending_figures;              // for a comment: a sentence without its full stop
    traffic_policy traffic;                    // not present: there was none, or it was not read
    std::vector<std::string> traffic_figures;  // of each of its entries
    active_calls_policy active_calls;          // not present: no application made a call, or it was not read
    std::vector<std::string> calls_figures;    // of each of its limits
    std::vector<std::string> not_proposed;     // sentences: the part that is left out, and why
};

}  // namespace trunkwarden
