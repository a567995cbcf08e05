#include "fetch/connector.hpp"

#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include "fetch/tunnel.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

// SSL_set_tlsext_host_name() without the C cast in the macro.
void set_server_name(SSL* handle, std::string host)
{
    SSL_ctrl(handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
}

}  // namespace

task<connection::outcome> connection::read_some(asio::mutable_buffer into)
{
    return tls ? tls->async_read_some(into, as_error) : socket.async_read_some(into, as_error);
}

task<connection::outcome> connection::write(asio::const_buffer from)
{
    return tls ? asio::async_write(*tls, from, as_error) : asio::async_write(socket, from, as_error);
}

bool connection::silent()
{
    char byte = 0;
    const auto got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

connector::connector(target to, ssl::context trust, name_lookup look_up)
    : target_(std::move(to)), trust_(std::move(trust)), names_(std::move(look_up))
{
}

std::string connector::name() const
{
    return printable(target_.to.host) + ':' + std::to_string(target_.to.port);
}

std::string connector::way() const
{
    return target_.through ? " through " + words_for(*target_.through) : "";
}

failure connector::unreachable(std::string_view doing, error_code why) const
{
    return failure{errc::unreachable,
                   std::string(doing) + ' ' + name() + way() + " failed: " + why.message()};
}

failure connector::not_connected(error_code why) const
{
    return failure{errc::unreachable, "connecting to " + nearest() + " failed: " + why.message()};
}

task<result<connection_ptr>> connector::shake_hands(connection_ptr fresh) const
{
    auto* const handle = fresh->tls->native_handle();
    error_code is_a_name;
    asio::ip::make_address(target_.to.host, is_a_name);
    if (is_a_name)
        set_server_name(handle, target_.to.host);  // RFC 6066 3: no addresses
    fresh->tls->set_verify_callback(ssl::host_name_verification(target_.to.host));
    const auto [problem] = co_await fresh->tls->async_handshake(ssl::stream_base::client, as_error);
    throw_if_cancelled(problem);
    if (!problem)
        co_return fresh;
    const auto verdict = SSL_get_verify_result(handle);
    if (verdict == X509_V_OK)
        co_return unreachable("the TLS handshake with", problem);
    std::string why = X509_verify_cert_error_string(verdict);
    if (verdict == X509_V_ERR_UNSPECIFIED)
        why = "the certificate is for another host";  // host_name_verification said false
    co_return failure{errc::untrusted, "the certificate of " + name() + way() + " cannot be trusted: " + why};
}

task<result<connection_ptr>> connector::go_through(connection_ptr fresh)
{
    const auto wire = write_connect(target_.to, *target_.through);
    const auto [failed, sent] =
        co_await asio::async_write(fresh->socket, asio::buffer(wire.reveal()), as_error);
    throw_if_cancelled(failed);
    tunnel_answer answer;
    std::array<char, 4096> piece{};
    // A proxy that refuses may have closed before it got the whole request.
    while (!answer.is_over()) {
        const auto [problem, size] = co_await fresh->socket.async_read_some(asio::buffer(piece), as_error);
        throw_if_cancelled(problem);
        if (problem)
            break;
        answer.take({piece.data(), size});
    }
    const auto verdict = answer.verdict(target_.to, *target_.through);
    if (!verdict)
        co_return verdict.error();
    co_return fresh;
}

task<result<connection_ptr>> connector::connect_to(asio::ip::address address)
{
    const auto here = co_await asio::this_coro::executor;
    auto fresh = std::make_unique<connection>(here, target_.to, trust_);
    const tcp::endpoint there(address, nearest_port());
    const auto [problem] = co_await fresh->socket.async_connect(there, as_error);
    throw_if_cancelled(problem);
    if (problem)
        co_return not_connected(problem);
    error_code not_vital;
    fresh->socket.set_option(tcp::no_delay(true), not_vital);
    co_return fresh;
}

// A name such as localhost may lead elsewhere.
bool connector::may_use(const asio::ip::address& address) const
{
    return target_.to.over == transport::tls || target_.plain == plain_http::to_any_host ||
           address.is_loopback();
}

task<result<connection_ptr>> connector::make_ready(connection_ptr fresh, const char*& doing)
{
    if (target_.to.over == transport::plain)
        co_return fresh;
    if (target_.through) {
        doing = "waiting for the proxy to connect";
        auto behind = co_await go_through(std::move(fresh));
        if (!behind)
            co_return behind.error();
        fresh = std::move(*behind);
    }
    doing = "shaking hands";
    co_return co_await shake_hands(std::move(fresh));
}

task<result<connection_ptr>> connector::connect(const char*& doing)
{
    doing = "looking up its address";
    auto found = co_await names_.resolve(nearest_host());
    if (!found)
        co_return found.error();
    doing = "connecting";
    if (answers_)
        std::stable_partition(found->begin(), found->end(), [this](const auto& a) { return a == *answers_; });
    // An address that swallows packets must leave time for the others.
    const auto share = target_.timeout / static_cast<int>(found->size() + 1);
    result<connection_ptr> fresh = failure{errc::unreachable, "no address of " + nearest() + " may be used"};
    for (const auto& address : *found) {
        if (!may_use(address))
            continue;
        auto attempt = connect_to(address);
        if (found->size() > 1)
            attempt = with_deadline(share, std::move(attempt));
        fresh = co_await std::move(attempt);
        if (!fresh && fresh.error().kind == errc::timed_out)
            fresh = not_connected(asio::error::timed_out);
        if (!fresh)
            continue;
        answers_ = address;
        co_return co_await make_ready(std::move(*fresh), doing);
    }
    co_return fresh;
}

}  // namespace trunkwarden
