#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace trunkwarden::simulator {

struct options {
    std::uint16_t port = 0;  // 0: a free one
    bool tls = true;
    bool gzip = false;  // answer gzip when the client accepts it
    std::string api_key = "KEY_simulated_0123456789";
    std::chrono::milliseconds delay{0};  // before each answer
    std::uint64_t rate_limit = 0;  // requests per window advertised and enforced by 429; 0: none advertised
    std::chrono::seconds rate_window{60};
    bool rate_reset_is_epoch = false;  // x-ratelimit-reset as Unix time instead of seconds
};

}  // namespace trunkwarden::simulator
