#pragma once

#include <optional>
#include <string>

#include "containment/action.hpp"
#include "findings/ledger.hpp"

namespace trunkwarden {

// The sentence of a finding about its action, with the commands that a person can type, and how loudly it is
// told.
struct action_note {
    std::string sentence;
    ledger::telling how{};
};

// Nothing for a state of which people need not read. Pure.
std::optional<action_note> note_of(const action& one);

}  // namespace trunkwarden
