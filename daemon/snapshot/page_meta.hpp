#pragma once

#include "fetch/listing.hpp"
#include "snapshot/json_text.hpp"

namespace trunkwarden {

// Reads the counts in the "meta" of a body. A count that is absent or null stays absent: the API did not say.
// False when "meta" is no object, or holds anything but whole numbers where counts belong.
bool read_meta(json_element body, page_facts& facts);

// Reads all that a body says about further pages, beside the list itself: members such as "has_more",
// "next_page", "next", "total_count" or "page_count", at the top or in an object such as "meta", "page",
// "pagination", "links" or "cursors". Nobody knows which of them an endpoint has, so any of them counts.
void read_further_pages(json_element body, page_facts& facts);

}  // namespace trunkwarden
