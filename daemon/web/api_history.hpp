#pragma once

#include <string_view>

#include "state/history_event.hpp"
#include "support/result.hpp"
#include "web/http_exchange.hpp"
#include "web/routed.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

inline constexpr std::string_view history_path = "/api/v1/history";

// GET leads to the part of the history that the query selects:
//     ?since=2026-11-30T23:00:00Z&account=production&resource=ips&incident=i-0123456789ab&finding=f-…&limit=200
// and &before=…, which is the "earlier" of a page. POST, over the control socket only, adds a step of a
// lockdown: {"account": …, "resource": …, "sentence": …, "change": {"stage": …, "object_id": …, …}}. A change
// whose stage is "sending" is no step yet, and has no sentence.
routed route_history(const http_query& query, const web_view& view);

// The reply when that part was read.
http_reply answer_history(const result<history_page>& outcome, time_point now);

}  // namespace trunkwarden
