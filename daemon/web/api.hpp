#pragma once

#include <optional>

#include "web/http_exchange.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

// The reply to a request whose path is_api(): {"status": "success", "data": …} or {"status": "error",
// "error": …}. Everything can be read through every door; findings are acknowledged through the control
// socket only.
http_reply answer_api(const http_query& query, const web_view& view);

// What it orders of the quarantine, when it may: then `view.controls.ordered` is called, which takes as long
// as it takes.
std::optional<quarantine_order> quarantine_order_in(const http_query& query, web_door door);

// A reply that says which methods are fine; `allowed` may be "": none, through this door.
http_reply wrong_method(http_reply saying, std::string_view allowed);

}  // namespace trunkwarden
