#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/clock.hpp"

// The object that a person asks to trust, the terms of that, and the outcome.

namespace trunkwarden {

// An object that the baseline does not trust as it is.
struct untrusted_object {
    enum class state : std::uint8_t {
        there,    // no entry covers it, or it differs from the entry that names it
        gone,     // an entry names it
        expired,  // the entry that trusted it ran out
    };
    state was = state::there;
    std::string id;
    std::string address;
    // Canonical, in the order of resource_type::fields. Nothing: not seen to differ, not known, or a secret.
    std::vector<std::optional<std::string>> values;
    std::string finding;  // its id, for the comment over a new entry
};

struct acceptance_terms {
    std::string reason;
    std::string approved_by;     // "": nobody is named
    std::optional<day> expires;  // the last day of trust
    day today;                   // UTC
};

struct acceptance {
    enum class outcome : std::uint8_t {
        edited,
        covered,  // the text trusts it already
        refused,
    };
    outcome result = outcome::refused;
    std::string text;  // the new one when edited, else the old one
    std::string why;   // of a refusal: one sentence
    std::string
        suggested_entry;  // of a refusal: the entry a person may put in by hand; "" when there is none
};

}  // namespace trunkwarden
