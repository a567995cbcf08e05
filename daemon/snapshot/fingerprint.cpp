#include "snapshot/fingerprint.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <stdexcept>

#include "support/digest.hpp"

namespace trunkwarden {

namespace {

[[noreturn]] void fail_without_hmac()
{
    throw std::runtime_error("OpenSSL offers no HMAC; secrets cannot be fingerprinted");
}

EVP_MAC_CTX* new_hmac()
{
    auto* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    auto* const context = EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    if (context == nullptr)
        fail_without_hmac();
    return context;
}

}  // namespace

fingerprinter::fingerprinter() : keyed_(new_hmac())
{
    key random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
        throw std::runtime_error("the system's random source gave nothing; secrets cannot be fingerprinted");
    set_key(random);
    OPENSSL_cleanse(random.data(), random.size());
}

fingerprinter::~fingerprinter()
{
    EVP_MAC_CTX_free(keyed_);
}

void fingerprinter::set_key(const key& kept)
{
    std::string hash = "SHA256";
    const std::array<OSSL_PARAM, 2> with{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash.data(), 0), OSSL_PARAM_construct_end()};
    if (EVP_MAC_init(keyed_, kept.data(), kept.size(), with.data()) != 1)
        fail_without_hmac();
}

bool is_masked(std::string_view secret_text)
{
    return !secret_text.empty() && secret_text.find_first_not_of('*') == std::string_view::npos;
}

std::string fingerprinter::fingerprint(std::string_view where, std::string_view secret_text) const
{
    if (secret_text.empty())
        return {};
    if (is_masked(secret_text))
        return std::string(not_shown);
    constexpr unsigned char between = 0;
    const auto add = [](EVP_MAC_CTX* to, std::string_view text) {
        return EVP_MAC_update(to, reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
    };
    digest mac{};
    std::size_t size = 0;
    auto* const context = EVP_MAC_CTX_dup(keyed_);
    const bool done = context != nullptr && add(context, where) &&
                      EVP_MAC_update(context, &between, 1) == 1 && add(context, secret_text) &&
                      EVP_MAC_final(context, mac.data(), &size, mac.size()) == 1;
    EVP_MAC_CTX_free(context);
    if (!done)
        fail_without_hmac();
    return "hmac:" + hex(mac.data(), 16);
}

page_hasher::page_hasher() : cipher_(EVP_CIPHER_CTX_new())
{
    std::array<unsigned char, 16> key{};
    if (cipher_ == nullptr || RAND_bytes(key.data(), static_cast<int>(key.size())) != 1 ||
        EVP_EncryptInit_ex(cipher_, EVP_aes_128_gcm(), nullptr, key.data(), nullptr) != 1)
        throw std::runtime_error("OpenSSL offers no AES-GCM; pages cannot be told apart");
    OPENSSL_cleanse(key.data(), key.size());
}

page_hasher::~page_hasher()
{
    EVP_CIPHER_CTX_free(cipher_);
}

page_hasher::digest page_hasher::hash(std::string_view bytes) const
{
    // The nonce may stay the same: nothing is encrypted, and tags are never shown.
    constexpr std::array<unsigned char, 12> nonce{};
    digest out{};
    int size = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const bool done =
        EVP_EncryptInit_ex(cipher_, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
        EVP_EncryptUpdate(cipher_, nullptr, &size, data, static_cast<int>(bytes.size())) == 1 &&
        EVP_EncryptFinal_ex(cipher_, nullptr, &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher_, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(out.size()), out.data()) == 1;
    if (!done)
        throw std::runtime_error("OpenSSL could not mark a page");
    return out;
}

}  // namespace trunkwarden
