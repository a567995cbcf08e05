#include "web/byte_stream.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "support/async/async.hpp"

namespace trunkwarden {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using lowest_stream = beast::basic_stream<asio::generic::stream_protocol>;

std::optional<uid_t> user_behind(int socket)
{
    constexpr uid_t of_another_namespace = 65534;  // kernel.overflowuid
    int domain = 0;
    socklen_t size = sizeof domain;
    if (::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_UNIX)
        return std::nullopt;
    ucred peer{};
    size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        peer.uid == static_cast<uid_t>(-1) || peer.uid == of_another_namespace)
        return std::nullopt;
    return peer.uid;
}

// The operations that are the same for every protocol of the stream.
template <class Stream>
class stream_over : public byte_stream {
public:
    template <class... Parts>
    explicit stream_over(Parts&&... parts) : stream_(std::forward<Parts>(parts)...)
    {
    }

    std::optional<uid_t> peer_user() override { return user_behind(lowest().socket().native_handle()); }

    void expires_after(milliseconds limit) override { lowest().expires_after(limit); }

    task<transfer> read_some(asio::mutable_buffer into) override
    {
        const auto [failed, bytes] = co_await stream_.async_read_some(into, as_error);
        co_return transfer{failed, bytes};
    }

    task<error_code> write(std::array<asio::const_buffer, 2> pieces) override
    {
        const auto [failed, bytes] = co_await asio::async_write(stream_, pieces, as_error);
        co_return failed;
    }

    bool end_sending() override
    {
        error_code failed;
        lowest().socket().shutdown(client_socket::shutdown_send, failed);
        return !failed;
    }

    void close() override { lowest().close(); }

protected:
    Stream& stream() { return stream_; }
    lowest_stream& lowest() { return beast::get_lowest_layer(stream_); }

private:
    Stream stream_;
};

class plain_stream final : public stream_over<lowest_stream> {
public:
    explicit plain_stream(client_socket socket) : stream_over(std::move(socket)) {}

    task<bool> begin() override { co_return true; }
    task<> shutdown() override { co_return; }
};

class tls_stream final : public stream_over<asio::ssl::stream<lowest_stream>> {
public:
    tls_stream(client_socket socket, std::shared_ptr<asio::ssl::context> context)
        : stream_over(lowest_stream(std::move(socket)), *context), how_(std::move(context))
    {
    }

    task<bool> begin() override
    {
        const auto [failed] = co_await stream().async_handshake(asio::ssl::stream_base::server, as_error);
        if (is_plain_http(failed))
            co_await answer_in_plain();
        co_return !failed;
    }

    task<> shutdown() override { co_await stream().async_shutdown(as_error); }

private:
    static bool is_plain_http(const error_code& failed)
    {
        return failed.category() == asio::error::get_ssl_category() &&
               ERR_GET_REASON(static_cast<unsigned long>(failed.value())) == SSL_R_HTTP_REQUEST;
    }

    task<> answer_in_plain()
    {
        constexpr std::string_view reply =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: "
            "close\r\n\r\nThis port speaks TLS: use https.\n";
        const auto piece = asio::buffer(reply);
        co_await asio::async_write(lowest(), piece, as_error);
        end_sending();
    }

    std::shared_ptr<asio::ssl::context> how_;  // another may be active by now
};

}  // namespace

std::unique_ptr<byte_stream> create_plain_stream(client_socket socket)
{
    return std::make_unique<plain_stream>(std::move(socket));
}

std::unique_ptr<byte_stream> create_tls_stream(client_socket socket,
                                               std::shared_ptr<asio::ssl::context> context)
{
    return std::make_unique<tls_stream>(std::move(socket), std::move(context));
}

}  // namespace trunkwarden
