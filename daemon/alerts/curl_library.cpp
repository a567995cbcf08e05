#include "alerts/curl_library.hpp"

#include <dlfcn.h>
#include <optional>

namespace trunkwarden {
namespace {

template <class Function>
bool find(void* in, const char* name, Function& to)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what dlsym() is for (POSIX)
    to = reinterpret_cast<Function>(::dlsym(in, name));
    return to != nullptr;
}

std::optional<curl_library> load()
{
    auto* const file = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    curl_library out;
    const bool whole = file != nullptr && find(file, "curl_global_init", out.global_init) &&
                       find(file, "curl_easy_init", out.easy_init) &&
                       find(file, "curl_easy_cleanup", out.easy_cleanup) &&
                       find(file, "curl_easy_setopt", out.easy_setopt) &&
                       find(file, "curl_easy_perform", out.easy_perform) &&
                       find(file, "curl_easy_getinfo", out.easy_getinfo) &&
                       find(file, "curl_easy_strerror", out.easy_strerror) &&
                       find(file, "curl_slist_append", out.slist_append) &&
                       find(file, "curl_slist_free_all", out.slist_free_all);
    if (!whole || out.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return std::nullopt;
    return out;
}

}  // namespace

result<const curl_library*> loaded_curl()
{
    static const std::optional<curl_library> library = load();
    if (!library)
        return failure{errc::bad_file, "email sinks need libcurl (libcurl.so.4): apt install libcurl4"};
    return &*library;
}

}  // namespace trunkwarden
