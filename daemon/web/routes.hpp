#pragma once

#include "web/http_exchange.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

// Whether it asks for a reload, and may: then `view.controls.reload` is called, which takes as long as it
// takes.
bool asks_for_reload(const http_query& query, web_door door);

// The reply to any request, unknown paths and methods included.
http_reply route(const http_query& query, const web_view& view);

}  // namespace trunkwarden
