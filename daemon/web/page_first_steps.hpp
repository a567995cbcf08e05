#pragma once

#include "web/html.hpp"
#include "web/page_content.hpp"

namespace trunkwarden::page {

// The first steps, for each account in which something critical is open, with any filter.
html first_steps_section(const page_content& content);

}  // namespace trunkwarden::page
