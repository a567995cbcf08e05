#pragma once

#include <string>
#include <string_view>

#include "baseline/edit/acceptance_plan.hpp"
#include "baseline/file/baseline_file.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// A baseline before and after an edit: as text, and as it is read.
struct edited_baseline {
    std::string_view before;
    std::string_view after;
    const baseline& was;
    const baseline_reading& is;
};

struct intended_edit {
    const resource_type& type;
    const untrusted_object& seen;
    const acceptance_plan& plan;
    day today;
};

// Whether a text that was edited says just what was meant: everything as before but for the plan, the object
// trusted as it is (or named nowhere), no comment lost, no line changed that has nothing to do with it. Knows
// nothing of how it was edited: it reads the result. nullopt when so, else what is wrong, as a sentence.
optional_reason fault_of_edit(const edited_baseline& texts, const intended_edit& meant);

}  // namespace trunkwarden
