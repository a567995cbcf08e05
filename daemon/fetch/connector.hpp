#pragma once

#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fetch/connection.hpp"
#include "fetch/origin.hpp"
#include "fetch/proxy.hpp"
#include "fetch/resolver.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Opens connections to one origin, through its proxy where it has one, and says whom one talks to there. They
// are ready for requests: over TLS, certificate and host name of the origin have been verified. It must
// outlive what it opens.
class connector {
public:
    struct target {
        origin to;
        plain_http plain = plain_http::to_loopback;
        std::optional<proxy> through;
        std::chrono::milliseconds timeout{};  // of one request, of which an address gets its share
    };

    connector(target to, asio::ssl::context trust, name_lookup look_up);

    // `doing` is kept up to date, for the sentence when the time is over.
    task<result<connection_ptr>> connect(const char*& doing);

    std::string name() const;  // "api.telnyx.com:443"
    std::string way() const;   // " through the proxy …", or ""
    failure unreachable(std::string_view doing, boost::system::error_code why) const;

private:
    task<result<connection_ptr>> connect_to(asio::ip::address address);
    task<result<connection_ptr>> go_through(connection_ptr fresh);
    task<result<connection_ptr>> shake_hands(connection_ptr fresh) const;
    task<result<connection_ptr>> make_ready(connection_ptr fresh, const char*& doing);

    // The host to which connections are opened.
    const std::string& nearest_host() const
    {
        return target_.through ? target_.through->host : target_.to.host;
    }
    std::uint16_t nearest_port() const { return target_.through ? target_.through->port : target_.to.port; }
    std::string nearest() const { return target_.through ? words_for(*target_.through) : name(); }
    bool may_use(const asio::ip::address& address) const;
    failure not_connected(boost::system::error_code why) const;

    target target_;
    asio::ssl::context trust_;
    resolver names_;
    std::optional<asio::ip::address> answers_;  // the address that took the last connection: tried first
};

}  // namespace trunkwarden
