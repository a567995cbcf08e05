#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Words of the account's logs, as they are kept: an intruder in the account writes into them, and some may be
// secrets.

namespace trunkwarden {

inline constexpr std::string_view redacted = "(redacted)";
inline constexpr std::size_t max_audit_word = 300;  // bytes

// The first max_audit_word bytes, without half a character at the end.
std::string cut_word(std::string_view text);

// A member's name and an object's id come from the API, but in a map, in a path, or in an undocumented list,
// they may be a key in clear.
std::string safe_name(std::string_view name);

}  // namespace trunkwarden
