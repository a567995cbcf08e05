#pragma once

#include "simulator/account.hpp"
#include "simulator/audit_view.hpp"
#include "simulator/page_cache.hpp"

namespace trunkwarden::simulator {

// The state from which a request to the API is answered.
struct api_context {
    account& state;
    page_cache& pages;
    bool gzip = false;  // compress lists, for clients that accept it
    audit_view audit = {};
};

}  // namespace trunkwarden::simulator
