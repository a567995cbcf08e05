#pragma once

#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"

// From API JSON to canonical text. The traps of the API are handled here and nowhere else: null, absent and
// "" are one value; ids may be strings or 64-bit integers; a path may lead through arrays.

namespace trunkwarden {

using json_element = simdjson::dom::element;

// The text of a scalar: strings as they are, integers with every digit, doubles in their shortest exact form,
// "" for null. An object or array becomes its JSON.
std::string scalar_text(json_element value);

// Every value that a dotted path leads to; arrays on the way, and at its end, are walked through. Nulls are
// left out.
std::vector<std::string> texts_at(json_element item, std::string_view path);

// The same as one text: the members of an array joined by ", "; "" when there is none.
std::string text_at(json_element item, std::string_view path);

// The value that a plain path leads to; nullopt when there is none, or an array is on the way or at its end.
std::optional<json_element> scalar_at(json_element item, std::string_view path);

// Whether one of the values that the path leads to is an object, which has values of its own.
bool leads_to_object(json_element item, std::string_view path);

// The canonical text of a watched field's value at the path; "" when there is none.
std::string field_text(json_element item, std::string_view path, value_kind kind);

// Whether a scalar says more than null, "" and false, and is not one of `unless`.
bool is_set(json_element value, const fixed_list<std::string_view, 4>& unless);

}  // namespace trunkwarden
