#pragma once

#include <span>
#include <string_view>

#include "catalogue/resource_type.hpp"

// Everything trunkwarden watches: one entry per resource, in the area files beside this one (connections.inc,
// applications.inc, numbers.inc, people.inc, money.inc). It drives fetching, diffing, the keys a baseline may
// use, metric labels, containment, `trunkwarden resources` and docs/resources.md. To watch a new kind of
// resource: one entry, and one folder tests/fixtures/<name>/ (docs/adding-a-resource.md).

namespace trunkwarden {

extern const std::span<const resource_type> catalogue;

// The resource of that name, of the catalogue or the newest of the settings (extra_resource.hpp); nullptr
// when there is none.
const resource_type* find_resource(std::string_view name);

// The one resource of a role; not for resource_role::none.
const resource_type& resource_of(resource_role role);

}  // namespace trunkwarden
