#include "settings/api_key.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <utility>

#include "settings/bare_token.hpp"
#include "settings/secret_file.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

// nullptr when it is not set. No thread of this process changes its environment.
const char* variable(const char* name)
{
    return std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
}

// The unit has LoadCredential=telnyx:/etc/trunkwarden/credentials, which makes the file NAME there the
// credential telnyx_NAME. A command that is run by hand, by somebody who may read that folder, means the same
// file.
std::filesystem::path file_of_credential(const key_source& source)
{
    constexpr std::string_view of_unit = "telnyx_";
    const std::string_view name = source.credential;
    return source.credential_folder / (name.starts_with(of_unit) ? name.substr(of_unit.size()) : name);
}

result<secret> from_credential(const key_source& source, const std::string& subject)
{
    const char* folder = variable("CREDENTIALS_DIRECTORY");
    if (folder != nullptr)
        return read_secret_file(std::filesystem::path(folder) / source.credential, subject);
    const auto file = file_of_credential(source);
    std::error_code failed;
    if (std::filesystem::exists(file, failed))
        return read_secret_file(file, subject);
    return failure{
        errc::not_found,
        fmt::format("{} is the systemd credential {}, which systemd hands to the service only{}; by hand "
                    "it is read from {}, {}",
                    subject, source.credential, folder == nullptr ? "" : " (LoadCredential= in the unit)",
                    file.string(), failed ? "which this user may not look at: sudo" : "which is not there")};
}

result<secret> from_environment(const std::string& name, const std::string& subject)
{
    const char* value = variable(name.c_str());
    if (value == nullptr)
        return failure{errc::not_found,
                       fmt::format("{} is the environment variable {}, which is not set", subject, name)};
    return single_line_secret(value, subject, fmt::format("in the environment variable {}", name));
}

result<secret> from_its_source(const key_source& source, const std::string& subject)
{
    if (!source.file.empty())
        return read_secret_file(source.file, subject);
    if (!source.credential.empty())
        return from_credential(source, subject);
    return from_environment(source.environment, subject);
}

}  // namespace

std::optional<std::string> fault_of_api_key(const secret& key)
{
    return fault_of_bare_token(key, "key");
}

result<secret> load_api_key(const account_settings& account)
{
    const auto subject = fmt::format("the API key of account {}", account.name);
    auto key = from_its_source(account.api_key, subject);
    if (!key)
        return key;
    if (const auto fault = fault_of_api_key(*key))
        return failure{errc::bad_file, fmt::format("{} {}", subject, *fault)};
    return key;
}

std::string id_in_api_key(const secret& key)
{
    const auto text = key.reveal();
    const auto end = text.find('_');
    const auto id = text.substr(0, end);
    return end != std::string_view::npos && is_api_key_id(id) ? std::string(id) : std::string();
}

std::optional<std::string> api_key_exposure(const account_settings& account)
{
    return account.api_key.file.empty() ? std::nullopt : exposure_of(account.api_key.file);
}

}  // namespace trunkwarden
