#include "support/base64.hpp"

#include <openssl/evp.h>

#include <cstddef>

namespace trunkwarden {

std::string base64(std::string_view bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // and the zero byte that OpenSSL adds
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): bytes, as OpenSSL calls them
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    out.resize(static_cast<std::size_t>(size));
    return out;
}

}  // namespace trunkwarden
