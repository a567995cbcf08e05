#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <sys/types.h>

#include "support/async/async.hpp"

namespace boost::asio::ssl {
class context;
}

// A connection of a client to our server: TCP, a Unix socket, or TLS over one of them. The HTTP above it is
// compiled once.

namespace trunkwarden {

struct transfer {
    boost::system::error_code failed;
    std::size_t bytes = 0;
};

class byte_stream {
public:
    using milliseconds = std::chrono::milliseconds;

    virtual ~byte_stream() = default;

    // Agrees with the client on how they speak. False when that fails; one that speaks plain HTTP where TLS
    // is spoken gets an answer that says so.
    virtual task<bool> begin() = 0;

    // The user at the other end of a Unix socket, as the kernel says; nullopt over TCP, and where the kernel
    // does not know him here.
    virtual std::optional<uid_t> peer_user() = 0;

    // One deadline for everything that is read and written from now on, until the next call.
    virtual void expires_after(milliseconds limit) = 0;

    virtual task<transfer> read_some(asio::mutable_buffer into) = 0;
    virtual task<boost::system::error_code> write(
        std::array<asio::const_buffer, 2> pieces) = 0;  // all of them

    // Says that no more will come; false when the client is gone already.
    virtual bool end_sending() = 0;

    // Takes leave as the protocol has it, waiting no longer than the deadline.
    virtual task<> shutdown() = 0;

    // Ends everything that is on its way.
    virtual void close() = 0;
};

using client_socket = asio::generic::stream_protocol::socket;

std::unique_ptr<byte_stream> create_plain_stream(client_socket socket);

std::unique_ptr<byte_stream> create_tls_stream(client_socket socket,
                                               std::shared_ptr<asio::ssl::context> context);

}  // namespace trunkwarden
