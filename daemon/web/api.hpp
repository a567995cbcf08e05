#pragma once

#include <optional>
#include <string_view>

#include "support/result.hpp"
#include "web/http_exchange.hpp"
#include "web/routed.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

// The reply to a request whose path is_api(): {"status": "success", "data": …} or {"status": "error",
// "error": …}. Everything can be read through every door, but the explanation of a finding; that is asked,
// and findings are acknowledged, through the control socket only. An order to the quarantine leads to the
// order.
routed answer_api(const http_query& query, const web_view& view);

// The reply to an order that was carried out, or was not.
http_reply answer_order(const result<quarantine_outcome>& outcome);

}  // namespace trunkwarden
