#include "snapshot/fingerprint.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace trunkwarden {

fingerprinter::fingerprinter()
{
    if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error("the system's random source gave nothing; secrets cannot be fingerprinted");
}

std::string fingerprinter::of(std::string_view where, std::string_view secret_text) const
{
    if (secret_text.empty())
        return {};
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

digest sha256(std::string_view bytes)
{
    digest out{};
    EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr);
    return out;
}

std::string hex(const unsigned char* bytes, std::size_t size)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * size);
    for (std::size_t at = 0; at < size; ++at) {
        out += digits[bytes[at] >> 4U];
        out += digits[bytes[at] & 0xFU];
    }
    return out;
}

}  // namespace trunkwarden
