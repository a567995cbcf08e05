#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>

#include "simulator/certificates.hpp"

// A listening socket on 127.0.0.1 and the TLS context of a server: for the simulator and for
// fakes/receiver.hpp.

namespace trunkwarden::simulator {

struct context_release {
    void operator()(SSL_CTX* owned) const { SSL_CTX_free(owned); }
};
using context_pointer = std::unique_ptr<SSL_CTX, context_release>;

// TLS 1.2 and later, with the certificate and its key. Throws std::runtime_error when OpenSSL refuses them.
context_pointer make_server_context(const certificates& with);

// A socket on 127.0.0.1, which the caller closes; port 0 takes a free one. Throws std::system_error.
int listen_on_loopback(std::uint16_t port);

// The port on which a socket listens.
std::uint16_t port_of(int listener);

}  // namespace trunkwarden::simulator
