#pragma once

#include <string>
#include <string_view>

#include "findings/finding.hpp"
#include "snapshot/fingerprint.hpp"
#include "support/result.hpp"

// A finding keeps its id while its object changes. The state beside the id says which of the forms of the
// object a person looked at: that one is accepted or acknowledged, and no later one.

namespace trunkwarden {

// 4 hex digits over all that a person sees of the finding and all that an acceptance would trust: the object,
// the kind, the severity, and each field with its exact value and the fingerprint of a secret. No times and
// no counts. Without the key nobody can compute it: an intruder who may change the object could otherwise
// search among 65,536 values for a harmless form and a harmful one with the same state.
std::string state_of(const finding& f, const fingerprinter& key);

// "f-1e2214e2702c.3fa9"; the id alone while the state is not known ("").
std::string id_with_state(std::string_view id, std::string_view state);
std::string id_with_state(const finding& f);

// Whether the text is a state: 4 hex digits.
bool is_state(std::string_view text);

// Says that the finding is not in the state that somebody named.
failure in_another_state(const finding& f, std::string_view named);

}  // namespace trunkwarden
