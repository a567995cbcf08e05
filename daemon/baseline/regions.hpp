#pragma once

#include <string_view>
#include <vector>

namespace trunkwarden {

// Whether two capitals are a region that calls can go to: ISO 3166-1 alpha-2, and the codes outside it that
// numbering plans use.
bool is_region(std::string_view code);

// All of them.
std::vector<std::string_view> regions();

}  // namespace trunkwarden
