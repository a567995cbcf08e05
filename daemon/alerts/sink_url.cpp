#include "alerts/sink_url.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "settings/secret_file.hpp"
#include "settings/url_rules.hpp"

namespace trunkwarden {
namespace {

// `url` has passed fault_of_url(): a scheme, "://", a host, and perhaps a path and a query.
sink_url cut(std::string_view url)
{
    const auto host = url.find("://") + 3;
    const auto path = std::min(url.find_first_of("/?", host), url.size());
    const auto query = std::min(url.find('?', path), url.size());
    sink_url out;
    out.base = url.substr(0, path);
    out.path = secret(std::string(url.substr(path, query - path)));
    out.query = secret(std::string(url.substr(query)));
    return out;
}

}  // namespace

result<sink_url> read_sink_url(const sink_settings& sink)
{
    const auto subject = fmt::format("the URL of sink {}", sink.name);
    if (sink.url_file.empty()) {
        if (const auto fault = fault_of_url(sink.url, url_use::alert))
            return failure{errc::bad_usage, fmt::format("{} {}", subject, *fault)};
        return cut(sink.url);
    }
    const auto url = read_secret_file(sink.url_file, subject);
    if (!url)
        return url.error();
    if (const auto fault = fault_of_url(url->reveal(), url_use::alert))
        return failure{errc::bad_file, fmt::format("{} in {} {}", subject, sink.url_file.string(), *fault)};
    return cut(url->reveal());
}

}  // namespace trunkwarden
