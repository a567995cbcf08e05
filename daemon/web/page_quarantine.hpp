#pragma once

#include "web/html.hpp"
#include "web/page_content.hpp"

namespace trunkwarden::page {

// The mode, the newest actions, and the findings that the quarantine leaves alone.
html quarantine_section(const page_content& content);

}  // namespace trunkwarden::page
