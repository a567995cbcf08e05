#include "alerts/sink_connection.hpp"

#include <fmt/format.h>
#include <utility>

#include "alerts/mail_client.hpp"
#include "fetch/connection_options.hpp"
#include "settings/bare_token.hpp"
#include "settings/secret_file.hpp"

namespace trunkwarden {
namespace {

result<secret> basic(const sink_settings& settings)
{
    const auto password = read_secret_file(settings.basic_auth->password_file,
                                           fmt::format("the password of sink {}", settings.name));
    if (!password)
        return password.error();
    return basic_authorization(settings.basic_auth->username, *password);
}

result<secret> token(const sink_settings& settings)
{
    const auto subject = fmt::format("the credentials of sink {}", settings.name);
    const auto& file = settings.authorization->credentials_file;
    const auto& type = settings.authorization->type;
    const auto credentials = read_secret_file(file, subject);
    if (!credentials)
        return credentials.error();
    if (const auto fault = fault_of_credentials(*credentials, type))
        return failure{errc::bad_file, fmt::format("{} in {}: the text {}", subject, file.string(), *fault)};
    std::string text;
    text.reserve(type.size() + 1 + credentials->reveal().size());  // none of it must stay in freed memory
    text.append(type).append(" ").append(credentials->reveal());
    return secret(std::move(text));
}

// The value of the Authorization header; empty for none.
result<secret> login_of(const sink_settings& settings)
{
    if (settings.basic_auth)
        return basic(settings);
    if (settings.authorization)
        return token(settings);
    return secret();
}

}  // namespace

result<https_options> sink_connection(const sink_settings& settings, const std::string& base_url)
{
    auto out =
        connection_options(base_url, plain_http::to_any_host, settings.connection, "sink " + settings.name);
    if (!out)
        return out;
    auto login = login_of(settings);
    if (!login)
        return login.error();
    out->authorization = std::move(*login);
    return out;
}

result<std::unique_ptr<https_client>> connect_to_sink(const sink_settings& settings,
                                                      const std::string& base_url,
                                                      const client_maker& connect)
{
    if (settings.type == sink_type::email)
        return create_mail_client(settings);
    auto options = sink_connection(settings, base_url);
    if (!options)
        return options.error();
    auto http = connect(std::move(*options));
    if (!http)
        return failure{http.error().kind,
                       fmt::format("the sink {} cannot be used: {}", settings.name, http.error().message)};
    return http;
}

}  // namespace trunkwarden
