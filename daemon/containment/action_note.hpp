#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "containment/action.hpp"
#include "findings/ledger.hpp"

namespace trunkwarden {

// The sentence of a finding about its action, with the commands that a person can type, and how urgently it
// is reported.
struct action_note {
    std::string sentence;
    ledger::announcement announcement{};
};

// Nothing for a state of which people need not read. Pure.
std::optional<action_note> note_of(const action& action);

// The same about several steps that wait for approval, of one finding.
action_note note_of_all(const std::vector<const action*>& waiting);

// The id of the action that such a sentence says waits for approval; "" when none does.
std::string waiting_action_in(std::string_view sentence);

}  // namespace trunkwarden
