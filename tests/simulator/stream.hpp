#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

// A blocking byte stream over a connected socket, with or without TLS, for the server and for the tests' raw
// client.

namespace trunkwarden::simulator {

class stream {
public:
    // Owns the socket. Without a context the bytes go in clear.
    explicit stream(int socket) : socket_(socket) {}
    ~stream();
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;

    // False when the other side does not speak TLS or does not trust us.
    bool accept(SSL_CTX* context);
    bool connect(SSL_CTX* context, const char* host);

    // 0 when the other side has closed or the connection broke.
    std::size_t read_some(char* into, std::size_t size);
    bool write_all(std::string_view bytes);

    // Signals the other side that nothing follows.
    void end();

    int socket() const { return socket_; }

private:
    struct release {
        void operator()(SSL* owned) const { SSL_free(owned); }
    };
    int socket_;
    std::unique_ptr<SSL, release> tls_;
};

}  // namespace trunkwarden::simulator
