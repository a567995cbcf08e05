#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"

// Baseline and snapshot are the same kind of value seen from two sides: both go through here, so that equal
// things are equal text.

namespace trunkwarden {

// Separates the members of a set inside its canonical text; it cannot occur in a member.
inline constexpr char set_separator = '\x1f';

// The one spelling of a value: countries in capitals, hosts, also those in SIP addresses that calls go to, and
// choices in small letters, IP addresses in their shortest form. A text that is not of its kind stays as it is.
std::string canonical(value_kind kind, std::string_view text);

// The one spelling of a set: members canonical, sorted, each once.
std::string canonical_set(value_kind kind, std::vector<std::string> members);

// The members of a canonical set; "" has none.
std::vector<std::string_view> members_of(std::string_view set);

// Whether two canonical texts mean the same: 50 and 50.00 as money do.
bool same_value(value_kind kind, std::string_view a, std::string_view b);

// Decimal comparison without loss: -1, 0, 1. False `valid` when either is not a decimal number.
struct decimal_order {
    bool valid = false;
    int order = 0;
};
decimal_order compare_decimals(std::string_view a, std::string_view b);

// For people: sets as "[CA, US]", everything else as it is. Not escaped.
std::string for_display(value_kind kind, std::string_view canonical_text);

}  // namespace trunkwarden
