#include "fetch/connection_options.hpp"

#include <fmt/format.h>
#include <utility>

#include "fetch/proxy_choice.hpp"
#include "fetch/two_factor_probe.hpp"
#include "settings/http_headers_file.hpp"

namespace trunkwarden {

result<https_options> connection_options(std::string base_url, plain_http plain,
                                         const connection_settings& settings, std::string_view whose)
{
    const auto to = parse_origin(base_url, plain);
    if (!to)
        return to.error();
    auto through = choose_proxy(settings, *to, proxies_of_environment(), whose);
    if (!through)
        return through.error();
    https_options out;
    out.base_url = std::move(base_url);
    out.plain = plain;
    out.ca_file = settings.tls_config.ca_file;
    out.cert_file = settings.tls_config.cert_file;
    out.key_file = settings.tls_config.key_file;
    out.through = std::move(*through);
    if (settings.http_headers_file.empty())
        return out;
    auto read = read_http_headers_file(settings.http_headers_file);
    if (!read.problems.empty())
        return failure{errc::bad_file, fmt::format("the http_headers_file of {}: {}", whose,
                                                   to_string(read.problems.front()))};
    out.headers = std::move(read.headers);
    return out;
}

result<https_options> api_connection(const account_settings& account)
{
    auto out = connection_options(account.api_url, plain_http::to_loopback, account.connection,
                                  "account " + account.name);
    if (out)
        out->ca_file = account.ca_file;
    return out;
}

result<https_options> probe_connection(const account_settings& account)
{
    const auto place = place_of(account.probe->url);
    if (!place)
        return place.error();
    const auto to = parse_origin(place->base_url, plain_http::to_loopback);
    connection_settings way;
    if (to && to->over == transport::tls) {
        way = account.connection;
        way.tls_config = {};
        way.http_headers_file.clear();
    }
    auto out = connection_options(place->base_url, plain_http::to_loopback, way,
                                  "two_factor_probe of account " + account.name);
    if (out)
        out->ca_file = account.ca_file;
    return out;
}

}  // namespace trunkwarden
