#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <tuple>

#include "fetch/origin.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// A connection over which requests go, one after the other: to the origin, or to its proxy and through that.
class connection {
public:
    using clock = std::chrono::steady_clock;
    using outcome = std::tuple<boost::system::error_code, std::size_t>;

    connection(const asio::any_io_executor& on, const origin& to, asio::ssl::context& trust) : socket(on)
    {
        if (to.over == transport::tls)
            tls.emplace(socket, trust);
    }

    task<outcome> read_some(asio::mutable_buffer into);
    task<outcome> write(asio::const_buffer from);

    // A kept connection has nothing to say: anything that can be read now is its end.
    bool silent();

    asio::ip::tcp::socket socket;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls;
    boost::beast::flat_buffer received;
    bool answering = false;  // a byte of the answer to the last request has come
    bool reusable = false;
    clock::time_point idle_since;
};

using connection_ptr = std::unique_ptr<connection>;

}  // namespace trunkwarden
