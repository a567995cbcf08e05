#pragma once

#include "use/use_summary.hpp"
#include "web/html.hpp"

namespace trunkwarden::page {

// The money of the last day, the calls, and who is registered. Nothing of an account of whose use nothing is
// read.
html use_of(const use_summary& use, std::string_view account);

}  // namespace trunkwarden::page
