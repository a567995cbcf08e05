#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "baseline/capture/capture_request.hpp"
#include "baseline/capture/entry_draft.hpp"

namespace trunkwarden {

// One entry, and its source.
struct captured_entry {
    entry_draft draft;
    std::string name;  // entries are sorted by it, then by id
    std::string id;    // of the object, or of the first one
    std::size_t marks = 0;
};

// The entries that trust every object of one resource as it is, in the order in which they are written.
// Numbers with the same settings are one entry.
std::vector<captured_entry> entries_for(const resource_type& type, const object_list& objects,
                                        const capture_request& from, const address_origins& origins);

}  // namespace trunkwarden
