#include "fetch/origin.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <optional>

#include "support/ascii.hpp"
#include "support/escape.hpp"
#include "support/loopback.hpp"

namespace trunkwarden {
namespace {

failure bad(const std::string& why)
{
    return failure{errc::bad_usage, why + "; write it as https://host[:port][/path]"};
}

result<std::string> host_of(const boost::urls::url_view& url)
{
    if (url.host_type() == boost::urls::host_type::ipv6)
        return url.host_ipv6_address().to_string();
    auto host = url.host_name().empty() ? url.host() : url.host_name();
    if (host.empty())
        return bad("the URL names no host");
    for (const char c : host)
        if (c <= ' ' || c > '~' || c == '%')
            return bad("the URL's host \"" + printable(host) + "\" is not a host name");
    return to_lower(host);
}

std::uint16_t usual_port(transport over)
{
    return over == transport::tls ? 443 : 80;
}

// Boost.URL 1.81 lets port_number() wrap around.
std::optional<std::uint16_t> port_of(const boost::urls::url_view& url)
{
    const auto text = url.port();
    if (text.empty())
        return usual_port(url.scheme_id() == boost::urls::scheme::https ? transport::tls : transport::plain);
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (problem != std::errc() || end != text.data() + text.size() || port == 0)
        return std::nullopt;
    return port;
}

std::string authority_of(const origin& at)
{
    const auto host = at.host.find(':') == std::string::npos ? at.host : '[' + at.host + ']';
    return at.port == usual_port(at.over) ? host : host + ':' + std::to_string(at.port);
}

// The failure for a part of the URL that an origin must not have.
std::optional<failure> misplaced(const boost::urls::url_view& url)
{
    const auto scheme = url.scheme_id();
    if (scheme != boost::urls::scheme::https && scheme != boost::urls::scheme::http)
        return bad("the URL is neither https:// nor http://");
    if (url.has_userinfo() || url.has_query() || url.has_fragment())
        return bad("the URL has a user name, a query or a fragment, which has no place here");
    // Boost.URL 1.81 splits "127.0.0.1.example" into an address and a path that begins with a dot.
    const auto path = url.encoded_path();
    if (!path.empty() && path.front() != '/')
        return bad("the URL's host is not a host name");
    return std::nullopt;
}

std::string base_path_of(const boost::urls::url_view& url)
{
    const auto path = url.encoded_path();
    std::string base(path.data(), path.size());
    while (!base.empty() && base.back() == '/')
        base.pop_back();
    return base;
}

}  // namespace

result<origin> parse_origin(std::string_view base_url, plain_http plain)
{
    const auto url = boost::urls::parse_uri(boost::urls::string_view(base_url.data(), base_url.size()));
    if (!url || !url->has_authority())
        return bad("the URL cannot be read");
    if (const auto wrong = misplaced(*url))
        return *wrong;
    const auto host = host_of(*url);
    if (!host)
        return host.error();
    origin at;
    at.host = *host;
    at.over = url->scheme_id() == boost::urls::scheme::https ? transport::tls : transport::plain;
    if (at.over == transport::plain && plain == plain_http::to_loopback && !is_loopback(at.host))
        return bad("plain http:// to " + printable(at.host) + " would send keys in clear");
    const auto port = port_of(*url);
    if (!port)
        return bad("the URL's port is not a number from 1 to 65535");
    at.port = *port;
    at.base_path = base_path_of(*url);
    at.authority = authority_of(at);
    return at;
}

}  // namespace trunkwarden
