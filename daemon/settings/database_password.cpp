#include "settings/database_password.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <string_view>

#include "settings/secret_file.hpp"
#include "support/environment.hpp"

namespace trunkwarden {

result<secret> read_database_password(const database_settings& database)
{
    constexpr std::string_view subject = "the password of the database";
    if (!database.password_file.empty())
        return read_secret_file(database.password_file, subject);
    if (database.password_credential.empty())
        return secret();
    const auto folder = environment_variable("CREDENTIALS_DIRECTORY");
    if (!folder)
        return failure{errc::not_found,
                       fmt::format("{} is the systemd credential {}, which systemd hands to the service only "
                                   "(LoadCredential= in the unit)",
                                   subject, database.password_credential)};
    return read_secret_file(std::filesystem::path(*folder) / database.password_credential, subject);
}

}  // namespace trunkwarden
