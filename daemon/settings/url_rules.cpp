#include "settings/url_rules.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <cstdint>

namespace trunkwarden {

namespace {

bool is_loopback(const boost::urls::url_view& url)
{
    switch (url.host_type()) {
        case boost::urls::host_type::ipv4:
            return url.host_ipv4_address().is_loopback();
        case boost::urls::host_type::ipv6:
            return url.host_ipv6_address().is_loopback();
        case boost::urls::host_type::name:
            return url.host_name() == "localhost";
        default:
            return false;
    }
}

// Boost.URL 1.81 splits 127.0.0.1.example/x into an address and a path that begins with a dot.
bool names_a_host(const boost::urls::url_view& url)
{
    const auto host = url.encoded_host();
    const auto path = url.encoded_path();
    return !host.empty() && host.find('%') == std::string_view::npos && (path.empty() || path.front() == '/');
}

bool is_port(std::string_view digits)
{
    std::uint16_t port = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc() && rest == digits.data() + digits.size();
}

}  // namespace

optional_reason fault_of_url(std::string_view url, url_use use)
{
    const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
    if (!parsed || !names_a_host(*parsed))
        return "must be a URL such as https://host/path";
    const auto scheme = parsed->scheme_id();
    if (scheme != boost::urls::scheme::https && scheme != boost::urls::scheme::http)
        return "must begin with https://";
    const bool carries_a_key = use == url_use::api || use == url_use::probe;
    if (carries_a_key && scheme == boost::urls::scheme::http && !is_loopback(*parsed))
        return "must begin with https://; http:// is for this host only";
    if (parsed->has_userinfo())
        return "must not hold a user name or password";
    if (parsed->has_port() && (parsed->port_number() == 0 || !is_port(std::string(parsed->port()))))
        return "has a port that is none";
    if (parsed->has_fragment())
        return "must end before the #";
    if ((use == url_use::api || use == url_use::link) && parsed->has_query())
        return "must end before the ?";
    return {};
}

optional_reason fault_of_proxy_url(std::string_view url)
{
    const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
    if (parsed && parsed->has_userinfo())
        return "must not hold a user name or password; put the whole URL into a file of mode 0640 and name "
               "that with proxy_url_file";
    if (!parsed || !names_a_host(*parsed))
        return "must be a URL such as http://proxy.example:3128";
    if (parsed->scheme_id() != boost::urls::scheme::http)
        return "must begin with http://: the proxy learns where to connect to, and everything that goes "
               "through it is TLS up to the other end; a proxy that is itself reached over TLS or SOCKS "
               "is not supported";
    if (parsed->has_port() && (parsed->port_number() == 0 || !is_port(std::string(parsed->port()))))
        return "has a port that is none";
    const bool has_path = !parsed->encoded_path().empty() && parsed->encoded_path() != "/";
    if (has_path || parsed->has_query() || parsed->has_fragment())
        return "must end after the port";
    return {};
}

}  // namespace trunkwarden
