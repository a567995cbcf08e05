#include "web/web_access.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <crypt.h>
#include <fmt/format.h>
#include <memory>

#include "support/ascii.hpp"
#include "support/clock.hpp"
#include "support/counted.hpp"
#include "support/digest.hpp"

namespace trunkwarden {
namespace {

using boost::system::error_code;
namespace ssl = asio::ssl;

constexpr auto in_openssl = table_for<tls_version>(TLS1_2_VERSION, TLS1_3_VERSION);

// When the certificate's time is not now, a sentence. It is served all the same: clients that check refuse
// it, and a page that is refused is better than a watch that does not start.
void warn_of_time(const web_tls& from, ssl::context& context, std::vector<std::string>& warnings)
{
    const auto* certificate = ::SSL_CTX_get0_certificate(context.native_handle());
    if (certificate == nullptr)
        return;
    if (::X509_cmp_current_time(::X509_get0_notAfter(certificate)) < 0)
        warnings.push_back(
            fmt::format("{}: the certificate of the web server has run out: clients that verify it "
                        "refuse it; put a new one there",
                        from.cert_file.string()));
    else if (::X509_cmp_current_time(::X509_get0_notBefore(certificate)) > 0)
        warnings.push_back(
            fmt::format("{}: the certificate of the web server is not valid yet: is the clock of "
                        "this host right?",
                        from.cert_file.string()));
}

// Each file's fault under its own name.
bool take_files(const web_tls& from, ssl::context& context, std::vector<problem>& problems)
{
    error_code failed;
    const auto before = problems.size();
    ::ERR_clear_error();
    context.use_certificate_chain_file(from.cert_file.string(), failed);
    if (failed)
        problems.push_back(
            problem_of_file(from.cert_file.string(), fmt::format("cert_file cannot be used: {}; it must be a "
                                                                 "certificate in PEM",
                                                                 failed.message())));
    ::ERR_clear_error();
    // Without one OpenSSL asks at the terminal, and waits.
    context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
    context.use_private_key_file(from.key_file.string(), ssl::context::pem, failed);
    if (failed && ERR_GET_REASON(static_cast<unsigned long>(failed.value())) == X509_R_KEY_VALUES_MISMATCH)
        problems.push_back(problem_of_file(
            from.key_file.string(),
            fmt::format("the key is not the one of the certificate in {}", from.cert_file.string())));
    else if (failed)
        problems.push_back(problem_of_file(
            from.key_file.string(), fmt::format("key_file cannot be used: {}; it must be an "
                                                "unencrypted private key in PEM that the service may read",
                                                failed.message())));
    if (from.client_ca_file.empty())
        return problems.size() == before;
    context.load_verify_file(from.client_ca_file.string(), failed);
    if (failed)
        problems.push_back(
            problem_of_file(from.client_ca_file.string(),
                            fmt::format("client_ca_file cannot be used: {}; it must hold certificates in PEM",
                                        failed.message())));
    else if (auto* names = ::SSL_load_client_CA_file(from.client_ca_file.c_str()))
        ::SSL_CTX_set_client_CA_list(context.native_handle(), names);
    return problems.size() == before;
}

std::shared_ptr<ssl::context> tls_of(const web_tls& from, web_access_reading& into)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    if (!take_files(from, *context, into.problems))
        return nullptr;
    ::SSL_CTX_set_min_proto_version(context->native_handle(), in_openssl[from.min_version]);
    ::SSL_CTX_set_max_proto_version(context->native_handle(), in_openssl[from.max_version]);
    ::SSL_CTX_set_session_cache_mode(context->native_handle(), SSL_SESS_CACHE_OFF);
    ::SSL_CTX_set_cipher_list(context->native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20");  // of TLS 1.2
    auto options = SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET;  // a new file counts for every new connection
    if (from.prefer_server_cipher_suites)
        options |= SSL_OP_CIPHER_SERVER_PREFERENCE;
    ::SSL_CTX_set_options(context->native_handle(), options);
    if (from.clients == client_certificates::required)
        context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    else if (from.clients == client_certificates::verified_if_given)
        context->set_verify_mode(ssl::verify_peer);
    warn_of_time(from, *context, into.warnings);
    return context;
}

// Without the padding, too.
std::string decoded_base64(std::string_view text)
{
    while (text.ends_with('='))
        text.remove_suffix(1);
    std::string padded(text);
    padded.append((4 - padded.size() % 4) % 4, '=');
    std::string out(padded.size() / 4 * 3, '\0');
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): bytes, as OpenSSL calls them
    const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(padded.data()),
                                       static_cast<int>(padded.size()));
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    const secret wiped(std::move(padded));
    const auto padding = wiped.reveal().size() - text.size();
    if (size < 0 || static_cast<std::size_t>(size) < padding)
        return {};
    out.resize(static_cast<std::size_t>(size) - padding);
    return out;
}

bool equals_in_constant_time(std::string_view given, std::string_view other)
{
    return given.size() == other.size() && ::CRYPTO_memcmp(given.data(), other.data(), given.size()) == 0;
}

bool is_password(const secret& password, const std::string& bcrypt)
{
    const auto work = std::make_unique<crypt_data>();  // 32 KiB
    // bcrypt ends at a zero byte: bytes after it would not count.
    if (password.reveal().find('\0') != std::string_view::npos)
        return false;
    const char* hashed = ::crypt_r(password.reveal().data(), bcrypt.c_str(), work.get());
    const bool is_it = hashed != nullptr && equals_in_constant_time(hashed, bcrypt);
    ::OPENSSL_cleanse(work.get(), sizeof(crypt_data));
    return is_it;
}

}  // namespace

web_access_reading load_web_access(const std::filesystem::path& config_file)
{
    web_access_reading out;
    if (config_file.empty())
        return out;
    auto read = read_web_config(config_file);
    out.problems = std::move(read.problems);
    out.value.users = std::move(read.value.users);
    out.value.headers = std::move(read.value.headers);
    if (read.value.tls && out.problems.empty())
        out.value.tls = tls_of(*read.value.tls, out);
    out.value.client_certificates =
        read.value.tls && read.value.tls->clients == client_certificates::required;
    return out;
}

basic_credentials credentials_in(const secret& authorization)
{
    constexpr std::string_view scheme = "basic ";
    const auto text = authorization.reveal();
    const auto is_same = [](char expected, char given) { return expected == to_lower(given); };
    if (text.size() <= scheme.size() || !std::equal(scheme.begin(), scheme.end(), text.begin(), is_same))
        return {};
    const secret decoded(decoded_base64(text.substr(scheme.size())));
    const auto colon = decoded.reveal().find(':');
    if (colon == std::string_view::npos)
        return {};
    return {std::string(decoded.reveal().substr(0, colon)),
            secret(std::string(decoded.reveal().substr(colon + 1)))};
}

namespace {

std::string_view cost_of(const web_user& user)
{
    return std::string_view(user.bcrypt).substr(4, 2);
}

void remember(std::set<digest>& in, const digest& digest, std::size_t most)
{
    if (in.size() >= most)
        in.clear();
    in.insert(digest);
}

}  // namespace

// A request with an unknown name, or with one that has a cheaper hash, waits as long: names are not to be
// guessed by the clock.
task<login> password_check::judge(const secret& authorization, const std::vector<web_user>& users)
{
    if (users.empty())
        co_return login::right;
    const auto given = credentials_in(authorization);
    if (given.name.empty())
        co_return login::wrong;
    const auto found = std::ranges::find(users, given.name, &web_user::name);
    const bool is_known = found != users.end();
    const web_user costliest = *std::ranges::max_element(users, {}, cost_of);
    const web_user user = is_known ? *found : costliest;
    const secret proof(fmt::format("{}\n{}\n{}", given.name, user.bcrypt, given.password.reveal()));
    const auto mark = sha256(proof.reveal());
    if (right_.contains(mark))
        co_return login::right;
    if (wrong_.contains(mark))
        co_return login::wrong;
    if (at_once_ >= max_at_once)
        co_return login::not_judged;
    bool is_right = false;
    auto work = [&] {
        is_right = is_password(given.password, user.bcrypt);
        if (cost_of(user) != cost_of(costliest))
            is_password(given.password, costliest.bcrypt);
    };
    {
        const counted counting(at_once_);
        co_await aside_.run(work);
    }
    is_right = is_right && is_known;
    remember(is_right ? right_ : wrong_, mark, max_remembered);
    co_return is_right ? login::right : login::wrong;
}

}  // namespace trunkwarden
