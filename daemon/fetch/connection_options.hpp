#pragma once

#include <string>
#include <string_view>

#include "fetch/https_client.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The options for create_https_client that the settings choose for the way to a server: whom to trust, the
// proxy, the headers of every request. Reads the files that they name, but for certificates. Fails with
// bad_file, bad_usage or not_found; the sentence names the file and `whose` ("account production"), never its
// content.
result<https_options> connection_options(std::string base_url, plain_http plain,
                                         const connection_settings& settings, std::string_view whose);

// The same for the API of an account.
result<https_options> api_connection(const account_settings& account);

// The way to the account's two_factor_probe, which has to be set: proxy and authorities as for the API,
// without the headers and the client certificate, which are for the API only. http:// goes to this host,
// through no proxy.
result<https_options> probe_connection(const account_settings& account);

}  // namespace trunkwarden
