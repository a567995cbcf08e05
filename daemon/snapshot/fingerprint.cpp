#include "snapshot/fingerprint.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

#include "support/digest.hpp"

namespace trunkwarden {

fingerprinter::fingerprinter()
{
    if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error("the system's random source gave nothing; secrets cannot be fingerprinted");
}

bool is_masked(std::string_view secret_text)
{
    return !secret_text.empty() && secret_text.find_first_not_of('*') == std::string_view::npos;
}

std::string fingerprinter::of(std::string_view where, std::string_view secret_text) const
{
    if (secret_text.empty())
        return {};
    if (is_masked(secret_text))
        return std::string(not_shown);
    std::string message(where);
    message += '\0';
    message += secret_text;
    digest mac{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac.data(), &size);
    OPENSSL_cleanse(message.data(), message.size());
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

page_hasher::digest page_hasher::of(std::string_view bytes) const
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
