#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"
#include "support/result.hpp"

// The findings of an incident that a person acknowledges together. Pure.

namespace trunkwarden {

struct incident_member {
    std::string id;
    std::string state;  // "" when it is not known
    std::string title;
    time_point open_since;
};

struct incident_members {
    std::string incident;
    std::vector<incident_member> open;
    std::size_t acknowledged = 0;  // already
    std::size_t contained = 0;     // contained findings cannot be acknowledged
};

// `findings` is the answer of /api/v1/findings; `written` the id of an incident, or its beginning. Fails with
// bad_usage, not_found, or not_understood; the sentence says which incidents there are.
result<incident_members> members_of_incident(std::string_view written, const boost::json::value& findings);

// Nobody is shown the members and asked: one that opened less than ten minutes ago may be one that nobody saw
// yet. The next acts of a thief must not be silenced together with his earlier ones.
bool may_be_unseen(const incident_member& member, time_point now);

}  // namespace trunkwarden
