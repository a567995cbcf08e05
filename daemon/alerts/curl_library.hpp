#pragma once

#include <curl/curl.h>

#include "support/result.hpp"

namespace trunkwarden {

// The part of libcurl that mails need. The library brings thirty others with it, so it is loaded for the
// first email sink only: nobody else pays for it at each start.
struct curl_library {
    decltype(&::curl_global_init) global_init = nullptr;
    decltype(&::curl_easy_init) easy_init = nullptr;
    decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
    decltype(&::curl_easy_setopt) easy_setopt = nullptr;
    decltype(&::curl_easy_perform) easy_perform = nullptr;
    decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
    decltype(&::curl_easy_strerror) easy_strerror = nullptr;
    decltype(&::curl_slist_append) slist_append = nullptr;
    decltype(&::curl_slist_free_all) slist_free_all = nullptr;
};

// Loaded once, and never unloaded. Fails with bad_file where it is not installed, or is another one.
result<const curl_library*> loaded_curl();

}  // namespace trunkwarden
