#pragma once

#include <string>
#include <string_view>

#include "web/page_content.hpp"

// The page at "/": the first thing that a person who was called at night sees. Made here, in one piece;
// without a script it is complete, with one it refreshes itself (page_assets.hpp).

namespace trunkwarden {

// As the query of a target says: /?account=production&severity=critical
page_filter filter_in(std::string_view target);

std::string status_page(const page_content& content);

}  // namespace trunkwarden
