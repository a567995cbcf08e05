#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/baseline.hpp"
#include "support/clock.hpp"

// The text of a baseline, changed so that it trusts what was found, and nothing else. Every byte that need
// not change stays. decisions/0020-accepting-findings.md says what becomes of which finding.

namespace trunkwarden {

// An object that the baseline does not trust as it is.
struct observation {
    enum class what : std::uint8_t {
        there,    // no entry covers it, or it differs from the entry that names it
        gone,     // an entry names it
        expired,  // the entry that trusted it ran out
    };
    what was = what::there;
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
    outcome how = outcome::refused;
    std::string text;      // the new one when edited, else the old one
    std::string why;       // of a refusal: one sentence
    std::string to_paste;  // of a refusal: the entry a person may put in by hand; "" when there is none
};

// `types` is what the baseline is read with, `type` one of them.
acceptance accept(std::string_view text, std::span<const resource_type> types, const resource_type& type,
                  const observation& seen, const acceptance_terms& terms);

}  // namespace trunkwarden
