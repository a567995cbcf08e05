#include "fetch/proxy_choice.hpp"

#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "fetch/no_proxy.hpp"
#include "settings/secret_file.hpp"
#include "support/environment.hpp"

namespace trunkwarden {
namespace {

proxy_variable first_set(const char* capitals, const char* small)
{
    for (const char* name : {capitals, small})
        if (auto value = environment_variable(name); value && !value->empty())
            return {name, secret(*std::move(value))};
    return {capitals, {}};
}

// curl and Go take "proxy.example:3128" for http://proxy.example:3128.
secret with_scheme(const secret& value)
{
    if (value.reveal().find("://") != std::string_view::npos)
        return value;
    constexpr std::string_view scheme = "http://";
    std::string text;
    text.reserve(scheme.size() + value.reveal().size());
    text.append(scheme).append(value.reveal());
    return secret(std::move(text));
}

using choice = result<std::optional<proxy>>;

choice as_choice(result<proxy> parsed)
{
    if (!parsed)
        return parsed.error();
    return std::optional<proxy>(std::move(*parsed));
}

choice proxy_in_file(const std::filesystem::path& file, std::string_view whose)
{
    const auto url = read_secret_file(file, fmt::format("the URL of the proxy of {}", whose));
    if (!url)
        return url.error();
    auto parsed = parse_proxy(url->reveal(), "proxy_url_file");
    if (!parsed)
        return failure{errc::bad_file,
                       fmt::format("{}: the URL in {}: {}", whose, file.string(), parsed.error().message)};
    return as_choice(std::move(parsed));
}

}  // namespace

proxy_environment proxies_of_environment()
{
    proxy_environment out;
    out.https = first_set("HTTPS_PROXY", "https_proxy");
    out.http = first_set("HTTP_PROXY", "http_proxy");
    out.no_proxy = first_set("NO_PROXY", "no_proxy").value.reveal();
    return out;
}

result<std::optional<proxy>> proxy_in(const proxy_environment& environment, const origin& to)
{
    const auto& named = to.over == transport::tls ? environment.https : environment.http;
    if (named.value.empty() || is_this_host(to) || is_in_no_proxy(environment.no_proxy, to))
        return std::optional<proxy>();
    const auto url = with_scheme(named.value);
    return as_choice(parse_proxy(url.reveal(), named.name));
}

result<std::optional<proxy>> choose_proxy(const connection_settings& settings, const origin& to,
                                          const proxy_environment& environment, std::string_view whose)
{
    if (!settings.proxy_url_file.empty())
        return proxy_in_file(settings.proxy_url_file, whose);
    auto chosen = std::optional<proxy>();
    if (!settings.proxy_url.empty())
        return as_choice(parse_proxy(settings.proxy_url, "proxy_url"));
    if (!settings.proxy_from_environment)
        return chosen;
    auto found = proxy_in(environment, to);
    if (!found)
        return failure{found.error().kind,
                       fmt::format("{}: in the environment, {}", whose, found.error().message)};
    return found;
}

}  // namespace trunkwarden
