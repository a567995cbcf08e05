#pragma once

#include <cstdint>
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

// The same about several steps that wait for approval, of one finding: it names the first ten, and counts the
// others.
action_note note_of_all(const std::vector<action>& waiting);

// Whether such a sentence is about the step that waits, as it is: a step that was planned again may keep its
// id.
enum class named_in_note : std::uint8_t { no, by_id, perhaps_counted };
named_in_note mention_of(const action& waiting, std::string_view sentence);

// The id of the action that such a sentence says waits for approval; "" when none does.
std::string waiting_action_in(std::string_view sentence);

}  // namespace trunkwarden
