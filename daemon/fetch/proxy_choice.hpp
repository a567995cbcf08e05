#pragma once

#include <optional>
#include <string>

#include "fetch/origin.hpp"
#include "fetch/proxy.hpp"
#include "settings/connection_settings.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// One variable of the environment, in the letters that it is written with there.
struct proxy_variable {
    std::string name;
    secret value;  // empty: not set
};

struct proxy_environment {
    proxy_variable https;  // HTTPS_PROXY, https_proxy
    proxy_variable http;   // HTTP_PROXY, http_proxy
    std::string no_proxy;  // NO_PROXY, no_proxy
};

// Capitals come first, as Go has it; one that is empty is not set.
proxy_environment proxies_of_environment();

// The proxy that the environment names for this origin, whether it is asked or not: nullopt for this host and
// for the hosts that NO_PROXY lists. Fails with bad_usage for a value that cannot be used; the sentence names
// the variable.
result<std::optional<proxy>> proxy_in(const proxy_environment& environment, const origin& to);

// The proxy that the settings choose for it, if any. Reads proxy_url_file; `whose` ("account production") is
// for the sentence of a failure.
result<std::optional<proxy>> choose_proxy(const connection_settings& settings, const origin& to,
                                          const proxy_environment& environment, std::string_view whose);

}  // namespace trunkwarden
