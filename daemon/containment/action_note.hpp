#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "containment/action.hpp"
#include "findings/ledger.hpp"

namespace trunkwarden {

// What a finding says of its action, with what a person can type, and how loudly.
struct action_note {
    std::string sentence;
    ledger::telling how{};
};

// Nothing for a state of which people need not read. Pure.
std::optional<action_note> note_of(const action& one);

// The id of the action that such a sentence says waits for approval; "" when none does.
std::string waiting_action_in(std::string_view sentence);

}  // namespace trunkwarden
