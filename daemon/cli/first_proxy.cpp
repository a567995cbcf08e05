#include "cli/first_proxy.hpp"

#include <fmt/format.h>
#include <utility>

#include "cli/prompts.hpp"
#include "cli/report/output.hpp"
#include "cli/service_access.hpp"
#include "fetch/proxy_choice.hpp"
#include "settings/secret_file.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {
namespace {

result<connection_settings> take_file(connection_settings named, const proxy_need& need)
{
    auto& file = named.proxy_url_file;
    file = std::filesystem::absolute(file).lexically_normal();
    if (const auto held = read_secret_file(file, "the URL of the proxy"); !held)
        return held.error();
    if (const auto hidden = need.is_service ? hidden_by_sandbox(file) : std::nullopt)
        return bad_usage(*hidden);
    return named;
}

// The name of the variable that has a proxy for the API; "" when none has.
std::string variable_for(const std::string& api_url)
{
    const auto to = parse_origin(api_url.empty() ? account_settings{}.api_url : api_url);
    if (!to)
        return {};
    const auto environment = proxies_of_environment();
    const auto found = proxy_in(environment, *to);
    const bool is_direct = found && !*found;
    if (is_direct)
        return {};
    return to->over == transport::tls ? environment.https.name : environment.http.name;
}

bool is_wanted(const std::string& variable, const proxy_need& need)
{
    if (need.may_ask && !need.is_service)
        return ask_whether(
            fmt::format("The environment has {}. Reach the API through it (proxy_from_environment)?",
                        variable),
            true);
    print_remark("The environment has {}, which is not used. If only a proxy leads out: {}\n", variable,
                 need.is_service ? "--proxy-url or --proxy-url-file (the service does not have the variable)"
                                 : "--proxy-from-environment");
    return false;
}

}  // namespace

void proxy_options::add_to(CLI::App& app)
{
    auto* url = app.add_option("--proxy-url", named.proxy_url, "The proxy that leads out: http://HOST:PORT");
    auto* file = app.add_option("--proxy-url-file", named.proxy_url_file,
                                "A file that holds the proxy's URL, with user name and password");
    auto* variables = app.add_flag("--proxy-from-environment", named.proxy_from_environment,
                                   "Go through the proxy that HTTPS_PROXY and NO_PROXY say");
    url->excludes(file)->excludes(variables);
    file->excludes(variables);
}

result<connection_settings> find_first_proxy(const proxy_options& given, const proxy_need& need)
{
    auto named = given.named;
    if (!named.proxy_url_file.empty())
        return take_file(std::move(named), need);
    if (named.proxy_from_environment && need.is_service)
        return bad_usage(
            "the service does not have the variables of this shell: name the proxy with --proxy-url, or with "
            "--proxy-url-file when it wants a password");
    if (!named.proxy_url.empty() || named.proxy_from_environment)
        return named;
    const auto variable = variable_for(need.api_url);
    named.proxy_from_environment = !variable.empty() && is_wanted(variable, need);
    return named;
}

}  // namespace trunkwarden
