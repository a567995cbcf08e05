#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Signs as minisign does, with a key that `seed` makes: tests need no secret key in a file, and decide about
// the time of signing. That what it makes is what minisign makes is shown in
// end_to_end/signed_baseline_test.cpp.

namespace trunkwarden::fakes {

class minisign_signer {
public:
    explicit minisign_signer(unsigned char seed = 1)
    {
        std::array<unsigned char, 32> secret{};
        secret.fill(seed);
        id_.fill(static_cast<char>(0x10 + seed));
        key_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()));
    }

    std::string public_key() const
    {
        std::string point(32, '\0');
        auto size = point.size();
        EVP_PKEY_get_raw_public_key(key_.get(), bytes(point), &size);
        return base64("Ed" + id() + point);
    }

    enum class over { hash, text };

    // The text of a .minisig file.
    std::string sign(std::string_view text, std::string_view trusted_comment, over target = over::hash) const
    {
        const auto of_text = raw_signature(target == over::hash ? blake2b(text) : std::string(text));
        const auto of_comment = raw_signature(of_text + std::string(trusted_comment));
        return fmt::format("untrusted comment: signature from a test\n{}\ntrusted comment: {}\n{}\n",
                           base64((target == over::hash ? "ED" : "Ed") + id() + of_text), trusted_comment,
                           base64(of_comment));
    }

    std::string sign_at(std::string_view text, std::int64_t seconds) const
    {
        return sign(text, fmt::format("timestamp:{}\tfile:baseline.yml\thashed", seconds));
    }

private:
    struct free_key {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };

    static unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
    static const unsigned char* bytes(const std::string& text)
    {
        return reinterpret_cast<const unsigned char*>(text.data());
    }
    std::string id() const { return {id_.begin(), id_.end()}; }

    static std::string base64(const std::string& text)
    {
        std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
        EVP_EncodeBlock(bytes(out), bytes(text), static_cast<int>(text.size()));
        out.pop_back();
        return out;
    }

    static std::string blake2b(std::string_view text)
    {
        std::string out(64, '\0');
        EVP_Digest(text.data(), text.size(), bytes(out), nullptr, EVP_blake2b512(), nullptr);
        return out;
    }

    std::string raw_signature(const std::string& text) const
    {
        const std::unique_ptr<EVP_MD_CTX, free_key> context(EVP_MD_CTX_new());
        std::string out(64, '\0');
        auto size = out.size();
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get());
        EVP_DigestSign(context.get(), bytes(out), &size, bytes(text), text.size());
        return out;
    }

    std::array<char, 8> id_{};
    std::unique_ptr<EVP_PKEY, free_key> key_;
};

}  // namespace trunkwarden::fakes
