#pragma once

#include <variant>

#include "state/history_event.hpp"
#include "status/daemon_status.hpp"
#include "web/http_exchange.hpp"

namespace trunkwarden {

// The caller asks the daemon to read its files again, and may.
struct reload_request {};

// Where a request leads: to its reply, or to something that the daemon does first. That takes as long as it
// takes; then reload_reply(), order_reply() or history_reply() says what came of it.
using routed = std::variant<http_reply, reload_request, quarantine_order, history_selection>;

}  // namespace trunkwarden
