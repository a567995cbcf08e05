#include "support/known_secrets.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "support/ascii.hpp"
#include "support/digest.hpp"

namespace trunkwarden {

known_secrets::known_secrets()
{
    if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error("the system's random source gave nothing; secrets cannot be marked");
}

known_secrets::mark known_secrets::mark_of(std::string_view word) const
{
    digest hash{};
    auto* const context = EVP_MD_CTX_new();
    const bool done = context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1 &&
                      EVP_DigestUpdate(context, key_.data(), key_.size()) == 1 &&
                      EVP_DigestUpdate(context, word.data(), word.size()) == 1 &&
                      EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1;
    EVP_MD_CTX_free(context);
    if (!done)
        throw std::runtime_error("OpenSSL offers no SHA-256; secrets cannot be marked");
    mark out = 0;
    std::memcpy(&out, hash.data(), sizeof out);
    return out;
}

void known_secrets::note(std::string_view secret)
{
    const bool is_masked = secret.find_first_not_of('*') == std::string_view::npos;
    if (secret.size() < shortest || secret.size() > longest || is_masked)
        return;
    const auto marked = mark_of(secret);
    if (newer_.contains(marked))
        return;
    if (newer_.size() >= most / 2)
        older_ = std::exchange(newer_, {});
    newer_.insert(marked);
    lengths_[secret.size()] = true;
}

std::size_t known_secrets::known_at(std::string_view text, std::size_t begin) const
{
    for (auto length = std::min(longest, text.size() - begin); length >= shortest; --length) {
        const auto end = begin + length;
        if (!lengths_[length] || (end < text.size() && is_letter_or_digit(text[end])))
            continue;
        const auto wanted = mark_of(text.substr(begin, length));
        if (newer_.contains(wanted) || older_.contains(wanted))
            return length;
    }
    return 0;
}

std::string known_secrets::taken_out_of(std::string_view text) const
{
    std::string out;
    const auto end = std::min(text.size(), longest);
    for (std::size_t at = 0; at < end;) {
        const bool begins_a_word = at == 0 || !is_letter_or_digit(text[at - 1]);
        if (const auto length = begins_a_word ? known_at(text, at) : 0; length > 0) {
            out += "(secret)";
            at += length;
        } else {
            out += text[at++];
        }
    }
    return end < text.size() ? out + "…" : out;
}

}  // namespace trunkwarden
