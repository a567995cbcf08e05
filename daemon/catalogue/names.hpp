#pragma once

#include <string_view>

#include "catalogue/resource_type.hpp"
#include "support/enum_names.hpp"

// The words that users read for the catalogue's choices.

namespace trunkwarden {

template <>
inline constexpr auto names_of<value_kind> = word_table<value_kind>("text", "choice", "id", "flag", "number",
                                                                    "money", "IP", "CIDR", "host name",
                                                                    "E.164", "URL", "countries", "set",
                                                                    "time", "secret");

template <>
inline constexpr auto names_of<undoing> = word_table<undoing>("exact", "new id", "impossible");

}  // namespace trunkwarden
