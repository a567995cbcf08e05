#include "support/loopback.hpp"

#include <boost/asio/ip/address.hpp>

namespace trunkwarden {

bool is_loopback(const std::string& host)
{
    if (host == "localhost")
        return true;
    boost::system::error_code not_an_address;
    const auto address = boost::asio::ip::make_address(host, not_an_address);
    return !not_an_address && address.is_loopback();
}

}  // namespace trunkwarden
