#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

// A text that a client of the API wrote into an object comes back in its lists, and JSON allows more than a
// parser does. One object must not make the objects beside it unreadable.

namespace trunkwarden {

// The same JSON as every parser of the daemon takes it. Each function looks at every byte a fixed number of
// times and does not recurse.
//
//   half of a surrogate pair, an escape that is none, bytes that are not UTF-8   U+FFFD
//   a control character in a string                                             its escape
//   a number that no double and no 64-bit integer holds, a word that is none    a string of its text
//   an array or object that is not empty, inside `deepest` others               deep_value_of() its text
//
// All else is copied byte by byte. A text without the structure of JSON is still not JSON afterwards.
std::string repaired_json(std::string_view text, std::size_t deepest);

// A string that replaces a value that is nested too deeply: it is another one when the value is.
std::string deep_value_of(std::string_view text);
bool is_deep_value(std::string_view text);

// `text` with null for every item that `is_json` refuses, of the array that it is or of arrays that are
// members of the object that it is.
std::string without_broken_items(std::string_view text, const std::function<bool(std::string_view)>& is_json);

}  // namespace trunkwarden
