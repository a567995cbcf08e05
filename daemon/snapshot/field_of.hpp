#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"

namespace trunkwarden {

// The value of a watched field, by its name; "" where the type has no such field.
inline std::string_view field_of(const resource_type& type, const object_view& object, std::string_view name)
{
    const auto* const field = std::ranges::find(type.fields, name, &watched_field::name);
    return field == type.fields.end() ? std::string_view()
                                      : object.field(static_cast<std::size_t>(field - type.fields.begin()));
}

}  // namespace trunkwarden
