#pragma once

#include "web/html.hpp"
#include "web/page_content.hpp"

namespace trunkwarden::page {

// Each account that the filter selects: its sweeps, and its lists as they were read.
html accounts_section(const page_content& content);

}  // namespace trunkwarden::page
