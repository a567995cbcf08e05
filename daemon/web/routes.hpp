#pragma once

#include <functional>
#include <string>
#include <vector>

#include "web/http_exchange.hpp"

namespace trunkwarden {

// What the pages show, as the daemon knows it at the moment of a request.
struct web_view {
    std::vector<std::string> waiting_for;  // accounts without a complete sweep yet; none: ready
    std::function<std::string()> metrics;  // the exposition, made only when it is asked for
};

// The reply to any request, unknown paths and methods included.
http_reply route(const http_query& query, const web_view& view);

}  // namespace trunkwarden
