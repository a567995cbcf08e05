#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/result.hpp"

namespace trunkwarden {

struct listen_address {
    std::string host;  // an address or a name, without brackets; "": every interface
    std::uint16_t port = 0;
    friend bool operator==(const listen_address&, const listen_address&) = default;
};

// HOST:PORT, [IPV6]:PORT or :PORT. Whether the host exists is seen when it is used.
result<listen_address> parse_listen_address(std::string_view text);

}  // namespace trunkwarden
