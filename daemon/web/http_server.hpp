#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "support/async/async.hpp"
#include "support/result.hpp"
#include "web/http_exchange.hpp"

namespace boost::asio::ssl {
class context;
}

// Our own HTTP/1.1 server: a handful of scrapers, probes and browsers, and everybody else who can reach the
// port.

namespace trunkwarden {

struct server_limits {
    std::size_t connections = 64;            // at once
    std::size_t header_bytes = 16UL * 1024;  // 431 above
    std::size_t body_bytes = 64UL * 1024;    // 413 above
    std::chrono::milliseconds request =
        std::chrono::seconds(10);  // from its first byte to its last; for a reply too
    std::chrono::milliseconds idle = std::chrono::seconds(60);         // between two requests
    std::chrono::milliseconds spared = std::chrono::milliseconds(50);  // see serve()
    std::chrono::milliseconds grace = std::chrono::seconds(1);         // see serve()
};

// The same with fewer connections where the process may have few files open at once: an eighth of these at
// most, but one. The watch needs the others.
server_limits within_open_files(server_limits limits, std::size_t open_files);

// A bound and listening socket for HOST:PORT, [IPV6]:PORT or :PORT; port 0 takes a free one (local_endpoint()
// has it). The failure's sentence names the address and the setting. A host name is resolved here, which can
// take seconds: only for the start.
result<asio::ip::tcp::acceptor> listen_on(const asio::any_io_executor& executor, const std::string& address);

// Answers when it has something to say; meanwhile the thread that polls continues. A reply to HEAD is the one
// to GET; the server leaves its body out.
using http_handler = std::function<task<http_reply>(http_query)>;

// A handler of requests that can be answered at once.
http_handler at_once(std::function<http_reply(const http_query&)> answer);

// How to speak TLS, asked for each connection; nullptr, or no function: not at all.
using tls_in_force = std::function<std::shared_ptr<asio::ssl::context>()>;

// An acceptor of any protocol: a tcp::acceptor and a Unix socket's turn into one when moved.
using stream_acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

// Answers requests until it is cancelled; every connection has ended when it returns. When all connections
// are taken, a new one gets the place of the one that has waited longest for a whole request to come, if that
// is longer than `spared`; else it waits for a place as long as `grace`, and then gets 503. A handler that
// throws makes a 500.
task<> serve(stream_acceptor acceptor, http_handler handler, server_limits limits, tls_in_force tls = {});

}  // namespace trunkwarden
