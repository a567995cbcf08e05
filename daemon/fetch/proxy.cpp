#include "fetch/proxy.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "fetch/origin.hpp"
#include "settings/url_rules.hpp"
#include "support/base64.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

secret login_in(const boost::urls::url_view& url)
{
    return url.has_userinfo() ? basic_authorization(url.user(), secret(url.password())) : secret();
}

// The part of the URL between "://" and the path.
std::string_view authority_in(std::string_view url)
{
    const auto rest = url.substr(url.find("://") + 3);
    return rest.substr(0, rest.find_first_of("/?#"));
}

// The same URL without the login before the @.
std::string without_login(std::string_view url)
{
    const auto host = url.find("://") + 3;
    const auto at = authority_in(url).find('@');
    std::string out(url.substr(0, host));
    return out.append(url.substr(at == std::string_view::npos ? host : host + at + 1));
}

}  // namespace

secret basic_authorization(std::string_view username, const secret& password)
{
    std::string pair;
    pair.reserve(username.size() + 1 + password.reveal().size());  // none of it must stay in freed memory
    pair.append(username).append(":").append(password.reveal());
    const secret both(std::move(pair));
    const secret encoded(base64(both.reveal()));
    constexpr std::string_view scheme = "Basic ";
    std::string text;
    text.reserve(scheme.size() + encoded.reveal().size());
    text.append(scheme).append(encoded.reveal());
    return secret(std::move(text));
}

result<proxy> parse_proxy(std::string_view url, std::string_view named_by)
{
    const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
    if (!parsed || url.find("://") == std::string_view::npos)
        return bad_usage("{} must be a URL such as http://proxy.example:3128", named_by);
    // Boost.URL 1.81 takes the first @ for the end of the password, curl and Go the last.
    if (std::ranges::count(authority_in(url), '@') > 1)
        return bad_usage("{} has more than one @: in a user name or password it is written as %40", named_by);
    const auto plain = without_login(url);
    if (const auto fault = fault_of_proxy_url(plain))
        return bad_usage("{} {}", named_by, *fault);
    const auto at = parse_origin(plain, plain_http::to_any_host);
    if (!at)
        return bad_usage("{} cannot be used: {}", named_by, at.error().message);
    proxy out;
    out.host = at->host;
    out.port = at->port;
    out.authorization = login_in(*parsed);
    out.named_by = named_by;
    return out;
}

std::string words_for(const proxy& through)
{
    const auto host = printable(through.host);
    return fmt::format("the proxy {}:{} ({})", host.find(':') == std::string::npos ? host : '[' + host + ']',
                       through.port, through.named_by);
}

}  // namespace trunkwarden
