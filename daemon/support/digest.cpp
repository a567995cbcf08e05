#include "support/digest.hpp"

#include <openssl/evp.h>

namespace trunkwarden {

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
