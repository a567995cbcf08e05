#pragma once

#include <string>
#include <vector>

#include "findings/finding.hpp"

// Findings that a person names by their ids, to look at them. Pure.

namespace trunkwarden {

struct chosen_findings {
    std::vector<finding> found;         // in the order of the ids, none twice
    std::vector<std::string> problems;  // sentences: ids that name nothing, or too much
    std::vector<std::string> remarks;   // sentences: a finding is in another state than the one named
};

// `kept` are all that there are, resolved ones too. `accounts`, of the settings, are for those who type the
// value of a filter without its option.
chosen_findings choose_findings(const std::vector<finding>& kept, const std::vector<std::string>& ids,
                                const std::vector<std::string>& accounts);

}  // namespace trunkwarden
