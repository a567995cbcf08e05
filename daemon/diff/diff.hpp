#pragma once

#include <cstdint>
#include <vector>

#include "baseline/match.hpp"
#include "diff/deviation.hpp"
#include "snapshot/accepted_secrets.hpp"
#include "snapshot/objects.hpp"

namespace trunkwarden {

// How much of a list was read. A part of it proves presence, never absence.
enum class extent : std::uint8_t { partial, complete };

// The baseline, secrets and day by which one resource's objects are judged.
struct trusted_state {
    const entry_list& entries;
    const accepted_secrets& secrets;
    day today;  // UTC; decides what has expired
};

// Every object that the baseline does not trust as it is, and, of a whole list, every pinned object that is
// gone.
std::vector<deviation> diff(const resource_type& type, const trusted_state& trusted,
                            const object_list& objects, extent seen);

}  // namespace trunkwarden
