#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "simulator/account.hpp"
#include "simulator/options.hpp"

// A stateful stand-in for the Telnyx v2 API, for tests, benchmarks and the demo. One server is one account.

namespace trunkwarden::simulator {

// Runs its own threads, one for each connection; stops and joins them in the destructor.
class server {
public:
    server(account state, options options);
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
