#pragma once

#include <string>
#include <string_view>

#include "support/optional_reason.hpp"

namespace trunkwarden {

enum class url_use {
    api,    // sent the account's key: https, or http to this host; nothing but host and path
    probe,  // https, or http to this host; a query is fine
    alert,  // http or https
    link,   // http or https, which people follow; nothing but host and path
};

// The fault of `url`, as the end of a sentence that begins with its key; nullopt when there is none.
// Never repeats the URL: webhook addresses are secrets.
optional_reason fault_of_url(std::string_view url, url_use use);

// The same for the URL of a proxy as the settings may hold it: without user name and password.
optional_reason fault_of_proxy_url(std::string_view url);

}  // namespace trunkwarden
