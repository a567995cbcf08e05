#include "settings/api_key.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <utility>

#include "settings/secret_file.hpp"

namespace trunkwarden {

namespace {

// nullptr when it is not set. No thread of this process changes its environment.
const char* variable(const char* name)
{
    return std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
}

result<secret> from_credential(const std::string& name, const std::string& what)
{
    const char* folder = variable("CREDENTIALS_DIRECTORY");
    if (folder == nullptr)
        return failure{errc::not_found,
                       fmt::format("{} is the systemd credential {}, but systemd handed over none; add "
                                   "LoadCredential={}:PATH to the unit",
                                   what, name, name)};
    return read_secret_file(std::filesystem::path(folder) / name, what);
}

result<secret> from_environment(const std::string& name, const std::string& what)
{
    const char* value = variable(name.c_str());
    if (value == nullptr)
        return failure{errc::not_found,
                       fmt::format("{} is the environment variable {}, which is not set", what, name)};
    return single_line_secret(value, what, fmt::format("in the environment variable {}", name));
}

result<secret> from_its_source(const key_source& source, const std::string& what)
{
    if (!source.file.empty())
        return read_secret_file(source.file, what);
    if (!source.credential.empty())
        return from_credential(source.credential, what);
    return from_environment(source.environment, what);
}

}  // namespace

result<secret> load_api_key(const account_settings& account)
{
    const auto what = fmt::format("the API key of account {}", account.name);
    auto key = from_its_source(account.api_key, what);
    if (key && key->reveal().find(' ') != std::string_view::npos)
        return failure{errc::bad_file, what + " must be one word, but holds a space"};
    return key;
}

std::optional<std::string> api_key_exposure(const account_settings& account)
{
    return account.api_key.file.empty() ? std::nullopt : exposure_of(account.api_key.file);
}

}  // namespace trunkwarden
