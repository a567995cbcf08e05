#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "baseline/baseline.hpp"
#include "snapshot/objects.hpp"

namespace trunkwarden {

enum class trust : std::uint8_t {
    covered,  // an active entry trusts the object as it is
    differs,  // an entry names it, but listed fields differ
    expired,  // only an entry that ran out would have trusted it
    unknown,  // no entry covers it
};

struct judgement {
    trust verdict = trust::unknown;
    const entry* by = nullptr;                  // the entry that covers it, names it, or ran out
    std::vector<std::uint16_t> differing = {};  // indices of the fields that differ
};

// Judges one object: first by the entries that name its id (or address), then by the first rule that covers
// it. `today` in UTC decides what has expired. Cost does not grow with the number of entries that name other
// objects.
judgement judge(const resource_type& type, const entry_list& trusted, const object_view& object, day today);

// An entry trusts through the end of the day it expires on, UTC.
bool is_in_force(const entry& some, day today);

// Whether the object is as an entry's fields say; this does not check the pins of the entry.
bool describes(const resource_type& type, const entry& some, const object_view& object);

}  // namespace trunkwarden
