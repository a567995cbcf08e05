#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "simulator/account.hpp"

// A stateful stand-in for the Telnyx v2 API, for tests, benchmarks and the demo. One server is one account.

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

// Runs its own threads, one for each connection; stops and joins them in the destructor.
class server {
public:
    server(account state, options how);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    std::uint16_t port() const;

    // "https://127.0.0.1:PORT/v2"; the certificate is valid for localhost, 127.0.0.1 and ::1.
    std::string url() const;

    // PEM of the authority that signed the server's certificate, in a directory that is removed at the end.
    // Empty without TLS.
    std::string ca_file() const;

    // The control interface, the same as POST /_simulator/<command>: JSON text in and out.
    // Throws std::invalid_argument with a sentence when the command or its JSON makes no sense.
    std::string control(std::string_view command, std::string_view json = "{}");

private:
    class running;
    std::unique_ptr<running> running_;
};

}  // namespace trunkwarden::simulator
