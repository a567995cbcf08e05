#pragma once

#include "web/html.hpp"
#include "web/page_content.hpp"

namespace trunkwarden::page {

// The filter, and the findings that it selects, the most important first.
html findings_section(const page_content& content);

}  // namespace trunkwarden::page
