#pragma once

#include "fetch/listing.hpp"
#include "snapshot/json_text.hpp"

namespace trunkwarden {

// Reads the counts in the "meta" of a body. A count that is absent or null stays absent: the API did not say.
// False when "meta" is no object, or holds anything but whole numbers where counts belong.
bool read_meta(json_element body, page_facts& facts);

}  // namespace trunkwarden
