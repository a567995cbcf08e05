#include "containment/expired_object.hpp"

#include <algorithm>

#include "snapshot/field_of.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {

bool has_expired(const resource_type& type, const object_view& object, time_point now)
{
    constexpr std::string_view end = "expires_at";
    const bool ends = std::ranges::find(type.fields, end, &watched_field::name) != type.fields.end();
    if (!ends || type.contain.expected_state.path != "status")
        return false;
    const auto until = parse_time(field_of(type, object, end));
    return until && *until <= now;
}

}  // namespace trunkwarden
