#include "fetch/ca_bundle.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

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

void load_system_ca_file(X509_STORE* store)
{
    const auto file =
        environment_variable(X509_get_default_cert_file_env()).value_or(X509_get_default_cert_file());
    ::ERR_set_mark();
    X509_STORE_load_file(store, file.c_str());
    ::ERR_pop_to_mark();
}

bool is_in_its_time(const X509* certificate)
{
    return X509_cmp_timeframe(nullptr, X509_get0_notBefore(certificate), X509_get0_notAfter(certificate)) ==
           0;
}

// As OpenSSL finds the issuer of a certificate (X509_STORE_set_get_issuer(3)). When none is known that is
// valid, the system's file is read into the store, which from then on knows all of it.
int find_issuer(X509** issuer, X509_STORE_CTX* verification, X509* certificate)
{
    const int found = X509_STORE_CTX_get1_issuer(issuer, verification, certificate);
    auto* const store = X509_STORE_CTX_get0_store(verification);
    const bool is_read = X509_STORE_get_get_issuer(store) != find_issuer;
    if (found < 0 || is_read || (found == 1 && is_in_its_time(*issuer)))
        return found;
    if (found == 1)
        X509_free(*issuer);
    load_system_ca_file(store);
    X509_STORE_set_get_issuer(store, X509_STORE_CTX_get1_issuer);
    return X509_STORE_CTX_get1_issuer(issuer, verification, certificate);
}

}  // namespace

bool use_system_ca_bundle(SSL_CTX* context)
{
    const auto folder =
        environment_variable(X509_get_default_cert_dir_env()).value_or(X509_get_default_cert_dir());
    const bool file_is_named = environment_variable(X509_get_default_cert_file_env()).has_value();
    const bool folder_is_enough = !file_is_named && holds_hash_links(folder);
    if (!folder_is_enough)
        X509_STORE_set_get_issuer(SSL_CTX_get_cert_store(context), find_issuer);
    return SSL_CTX_set_default_verify_dir(context) == 1;
}

}  // namespace trunkwarden
