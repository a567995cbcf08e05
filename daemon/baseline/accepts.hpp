#pragma once

#include <cstddef>
#include <string_view>

#include "baseline/entry.hpp"
#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// The constraint of an entry on one field (an index into resource_type::fields); nullptr when it has none.
const constraint* constraint_on(const entry& some, std::size_t field);

// Whether one value is among those a constraint accepts.
bool accepts(value_kind kind, const constraint& wanted, std::string_view value);

// Which of a constraint's values accepts it, the first one that does; nullptr when none.
const accepted_value* accepting(value_kind kind, const constraint& wanted, std::string_view value);

// Whether a pattern of a field of this kind covers all that `narrower`, another pattern of it, covers.
bool covers_pattern(value_kind kind, std::string_view pattern, std::string_view narrower);

// Puts the values of a long constraint into the order that accepts() searches; short ones keep the order of
// the file. entry_list does so with all of its entries.
void make_searchable(constraint& wanted);

// Whether two canonical values of this kind are the same exactly when their texts are.
constexpr bool text_decides(value_kind kind)
{
    return kind != value_kind::number && kind != value_kind::money;
}

}  // namespace trunkwarden
