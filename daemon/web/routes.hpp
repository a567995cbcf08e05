#pragma once

#include <string>

#include "status/daemon_status.hpp"
#include "support/result.hpp"
#include "web/http_exchange.hpp"
#include "web/routed.hpp"
#include "web/web_view.hpp"

namespace trunkwarden {

// Where any request leads, unknown paths and methods included.
routed route(const http_query& query, const web_view& view);

// The reply when the files were read again: the changes, or every problem, one a line.
http_reply reload_reply(const result<std::string>& outcome);

// The reply when the history was read.
http_reply history_reply(const result<history_page>& outcome, time_point now);

// The reply when an order was carried out, or was not.
http_reply order_reply(const result<quarantine_outcome>& outcome);

}  // namespace trunkwarden
