#include "loading/connection_check.hpp"

#include <utility>

#include "alerts/sink_connection.hpp"
#include "fetch/connection_options.hpp"
#include "settings/http_headers_file.hpp"
#include "settings/secret_file.hpp"

namespace trunkwarden {
namespace {

using std::filesystem::path;

void warn_of_exposed(const path& file, connection_check& into)
{
    if (file.empty())
        return;
    if (auto exposed = exposure_of(file))
        into.warnings.push_back(*std::move(exposed));
}

void warn_of_exposed(const connection_settings& connection, connection_check& into)
{
    warn_of_exposed(connection.tls_config.key_file, into);
    warn_of_exposed(connection.proxy_url_file, into);
    warn_of_exposed(connection.http_headers_file, into);
}

// The places in a file of headers; false when there are some.
bool check_headers(const connection_settings& connection, connection_check& into)
{
    if (connection.http_headers_file.empty())
        return true;
    into.problems = read_http_headers_file(connection.http_headers_file).problems;
    return into.problems.empty();
}

// Also what is wrong with certificates.
void try_options(result<https_options> options, const path& settings_file, connection_check& into)
{
    const auto note = [&settings_file, &into](const failure& why) {
        into.problems.push_back(problem_of_file(settings_file.string(), why.message));
    };
    if (!options)
        return note(options.error());
    if (const auto client = create_https_client(std::move(*options)); !client)
        note(client.error());
}

}  // namespace

connection_check check_connection_of(const account_settings& account, const path& settings_file)
{
    connection_check out;
    if (account.connection == connection_settings{})
        return out;
    warn_of_exposed(account.connection, out);
    if (check_headers(account.connection, out))
        try_options(api_connection(account), settings_file, out);
    return out;
}

connection_check check_connection_of(const sink_settings& sink, const std::string& base_url,
                                     const path& settings_file)
{
    connection_check out;
    if (sink.connection == connection_settings{} && !sink.basic_auth && !sink.authorization)
        return out;
    warn_of_exposed(sink.connection, out);
    if (sink.basic_auth)
        warn_of_exposed(sink.basic_auth->password_file, out);
    if (sink.authorization)
        warn_of_exposed(sink.authorization->credentials_file, out);
    if (check_headers(sink.connection, out))
        try_options(sink_connection(sink, base_url), settings_file, out);
    return out;
}

}  // namespace trunkwarden
