#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "containment/action.hpp"
#include "findings/finding.hpp"

namespace trunkwarden {

// Finds the few actions that concern a finding among thousands, for thousands of findings. Valid as long as
// the history stays as it is.
class action_index {
public:
    explicit action_index(const std::vector<action>& history);

    // The actions about the finding's object, under any id, or about one that is the same thing again; in the
    // order of the history.
    std::vector<const action*> concerning(const finding& about) const;

private:
    const std::vector<action>& history_;
    std::unordered_map<std::string, std::vector<std::size_t>> places_;  // by object, and by identity hash
};

}  // namespace trunkwarden
