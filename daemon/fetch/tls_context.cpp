#include "fetch/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <fmt/format.h>
#include <optional>
#include <string>

#include "fetch/ca_bundle.hpp"

namespace trunkwarden {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

std::optional<failure> show_a_certificate(const tls_client_files& files, ssl::context& context)
{
    error_code failed;
    context.use_certificate_chain_file(files.cert_file.string(), failed);
    if (failed)
        return failure{errc::bad_file, fmt::format("cert_file {} cannot be used: {}; it must hold a "
                                                   "certificate in PEM that the service may read",
                                                   files.cert_file.string(), failed.message())};
    // Else what went wrong before would count as what is wrong with the key.
    ::ERR_clear_error();
    // Without one OpenSSL asks at the terminal, and waits.
    context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
    context.use_private_key_file(files.key_file.string(), ssl::context::pem, failed);
    if (failed && ERR_GET_REASON(static_cast<unsigned long>(failed.value())) == X509_R_KEY_VALUES_MISMATCH)
        return failure{errc::bad_file, fmt::format("key_file {} is not the key of the certificate in {}",
                                                   files.key_file.string(), files.cert_file.string())};
    if (failed)
        return failure{errc::bad_file,
                       fmt::format("key_file {} cannot be used: {}; it must be an unencrypted "
                                   "private key in PEM that the service may read",
                                   files.key_file.string(), failed.message())};
    return std::nullopt;
}

}  // namespace

result<ssl::context> make_tls_client_context(const tls_client_files& files)
{
    ssl::context context(ssl::context::tls_client);
    context.set_verify_mode(ssl::verify_peer);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // 34 KB less of an idle connection
    if (!use_system_ca_bundle(context.native_handle()))
        return failure{errc::bad_file, "the system's trusted certificates cannot be used"};
    if (!files.ca_file.empty()) {
        error_code failed;
        context.load_verify_file(files.ca_file.string(), failed);
        if (failed)
            return failure{errc::bad_file, fmt::format("{}: not a PEM file of certificates to trust: {}",
                                                       files.ca_file.string(), failed.message())};
        // An authority that is named is trusted, also one that another authority signed.
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
    }
    if (!files.cert_file.empty())
        if (auto fault = show_a_certificate(files, context))
            return *std::move(fault);
    return context;
}

}  // namespace trunkwarden
