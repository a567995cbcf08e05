#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"

namespace trunkwarden {

// The connections that the lists of typed connections show together.
struct claimed_connections {
    std::unordered_set<std::string> ids;
    std::unordered_set<std::string_view>
        unread_record_types;  // types with a list that is not known completely: nothing can be said
};

// The record_type that an object of the index over all connections shows.
std::string_view record_type_of(const resource_type& index, const object_view& object);

// The objects of an index over all connections that no typed list shows.
object_list unclaimed(const resource_type& index, const object_list& all, const claimed_connections& known);

}  // namespace trunkwarden
