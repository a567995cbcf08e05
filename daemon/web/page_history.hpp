#pragma once

#include "web/html.hpp"
#include "web/page_content.hpp"

namespace trunkwarden::page {

// The history: the newest events of the last day and of incidents that are not over, the newest first.
html history_section(const page_content& content);

}  // namespace trunkwarden::page
