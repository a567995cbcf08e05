#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "simulator/faults.hpp"
#include "simulator/reply.hpp"
#include "simulator/stream.hpp"

// HTTP/1.1 over a stream of bytes: requests in, and answers out in all the ways a server can get them wrong.

namespace trunkwarden::simulator {

struct incoming {
    request asked;
    bool keep_alive = true;
};

// The next request; `unread` keeps what came after it. Nothing when the client has gone or does not speak
// HTTP.
std::optional<incoming> read_request(stream& from, std::string& unread);

// Sends an answer. `pause` waits so long and says whether to continue. True when another request may follow.
bool deliver(stream& to, const delivery& out, bool keep_alive,
             const std::function<bool(std::chrono::milliseconds)>& pause);

}  // namespace trunkwarden::simulator
