#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <algorithm>
#include <vector>

#include "support/listen_address.hpp"
#include "web/http_server.hpp"

namespace trunkwarden {

namespace {

using asio::ip::tcp;
using boost::system::error_code;

std::string advice_for(const error_code& error)
{
    if (error == asio::error::address_in_use)
        return "another process has this port (ss -ltnp shows which): stop it, or set web.listen_address in "
               "the settings "
               "to another address";
    if (error == asio::error::access_denied)
        return "ports below 1024 need a privilege: set web.listen_address in the settings to a higher port";
    return "set web.listen_address in the settings to an address of this host, or to \"\" to switch the web "
           "server off";
}

// Where a host may be listened on, best first. Every interface means IPv6 with IPv4 in it, or, where the
// kernel has no IPv6, IPv4. IPv4 is the first of a name's addresses, because "localhost" means that to most
// clients.
std::vector<tcp::endpoint> endpoints_of(const asio::any_io_executor& executor, const listen_address& at,
                                        error_code& error)
{
    if (at.host.empty())
        return {{tcp::v6(), at.port}, {tcp::v4(), at.port}};
    if (const auto address = asio::ip::make_address(at.host, error); !error)
        return {{address, at.port}};
    std::vector<tcp::endpoint> found;
    tcp::resolver resolver(executor);
    for (const auto& entry :
         resolver.resolve(at.host, std::to_string(at.port), tcp::resolver::passive, error))
        found.push_back(entry.endpoint());
    std::stable_partition(found.begin(), found.end(),
                          [](const tcp::endpoint& endpoint) { return endpoint.address().is_v4(); });
    return found;
}

void open(tcp::acceptor& acceptor, const tcp::endpoint& at, error_code& error)
{
    acceptor.open(at.protocol(), error);
    if (!error)
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && at.address() == asio::ip::address_v6::any())
        acceptor.set_option(asio::ip::v6_only(false), error);
    if (!error)
        acceptor.bind(at, error);
    if (!error)
        acceptor.listen(tcp::acceptor::max_listen_connections, error);
}

}  // namespace

result<tcp::acceptor> listen_on(const asio::any_io_executor& executor, const std::string& address)
{
    const auto at = parse_listen_address(address);
    if (!at)
        return at.error();
    error_code error;
    const auto endpoints = endpoints_of(executor, *at, error);
    for (const tcp::endpoint& endpoint : endpoints) {
        tcp::acceptor acceptor(executor);
        open(acceptor, endpoint, error);
        if (!error)
            return acceptor;
        if (error != asio::error::address_family_not_supported)
            break;
    }
    return failure{errc::bad_usage,
                   "cannot listen on " + address + ": " + error.message() + "; " + advice_for(error)};
}

}  // namespace trunkwarden
