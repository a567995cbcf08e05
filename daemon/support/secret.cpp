#include "support/secret.hpp"

#include <openssl/crypto.h>

namespace trunkwarden {

// A moved-from std::string keeps its bytes when they were stored in place, so moving wipes the source.
secret::secret(secret&& other) noexcept : text_(std::move(other.text_))
{
    other.wipe();
}

secret& secret::operator=(const secret& other)
{
    if (this != &other) {
        wipe();
        text_ = other.text_;
    }
    return *this;
}

secret& secret::operator=(secret&& other) noexcept
{
    if (this != &other) {
        wipe();
        text_ = std::move(other.text_);
        other.wipe();
    }
    return *this;
}

secret::~secret()
{
    wipe();
}

void secret::wipe() noexcept
{
    text_.resize(text_.capacity());
    OPENSSL_cleanse(text_.data(), text_.size());
    text_.clear();
}

}  // namespace trunkwarden
