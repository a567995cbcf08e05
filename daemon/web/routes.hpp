#pragma once

#include "web/http_exchange.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

// The reply to any request, unknown paths and methods included.
http_reply route(const http_query& query, const web_view& view);

}  // namespace trunkwarden
