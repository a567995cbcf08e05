#include "support/listen_address.hpp"

#include <charconv>
#include <system_error>

#include "support/escape.hpp"

namespace trunkwarden {

result<listen_address> parse_listen_address(std::string_view text)
{
    const failure wrong{errc::bad_usage,
                        "web.listen_address \"" + printable(text) +
                            "\" is not HOST:PORT, such as 127.0.0.1:10979, [::1]:10979 or :10979"};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return wrong;
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const bool in_brackets = host.starts_with('[') && host.ends_with(']');
    if (in_brackets)
        host = host.substr(1, host.size() - 2);
    // Without brackets the last group of an IPv6 address would pass for a port.
    if (in_brackets != (host.find(':') != std::string_view::npos) ||
        host.find_first_of(" /[]") != std::string_view::npos)
        return wrong;
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc() || end != port.data() + port.size())
        return wrong;
    return listen_address{std::string(host), number};
}

}  // namespace trunkwarden
