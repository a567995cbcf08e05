#pragma once

#include "simulator/api_context.hpp"
#include "simulator/reply.hpp"

namespace trunkwarden::simulator {

// The API over an account: a request in, a reply out. No network, no faults, no authentication.
reply reply_to(api_context& on, const request& asked);

}  // namespace trunkwarden::simulator
