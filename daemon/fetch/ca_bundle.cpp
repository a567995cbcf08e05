#include "fetch/ca_bundle.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <filesystem>

#include "support/environment.hpp"

namespace trunkwarden {
namespace {

bool holds_hash_links(const std::filesystem::path& folder)
{
    std::error_code failed;
    const std::filesystem::directory_iterator files(folder, failed);
    return !failed && std::any_of(begin(files), end(files),
                                  [](const auto& file) { return file.path().extension() == ".0"; });
}

}  // namespace

bool use_system_ca_bundle(SSL_CTX* context)
{
    const auto folder =
        environment_variable(X509_get_default_cert_dir_env()).value_or(X509_get_default_cert_dir());
    const bool file_is_named = environment_variable(X509_get_default_cert_file_env()).has_value();
    return !file_is_named && holds_hash_links(folder) ? SSL_CTX_set_default_verify_dir(context) == 1
                                                      : SSL_CTX_set_default_verify_paths(context) == 1;
}

}  // namespace trunkwarden
