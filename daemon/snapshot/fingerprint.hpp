#pragma once

#include <openssl/types.h>

#include <array>
#include <string>
#include <string_view>

#include "support/known_secrets.hpp"

// A keyed hash replaces a secret everywhere but in the request that uses it: it shows whether the secret
// changed, and nothing else. The key never leaves the host, so that a short secret cannot be guessed from its
// hash elsewhere.

namespace trunkwarden {

// The mark in place of a secret that the API does not show: no fingerprint begins like this, and no secret is
// like this, because of every other one the fingerprint is kept.
inline constexpr std::string_view not_shown = "not shown";

// Whether the API wrote asterisks for a secret. For accounts made since 2026-09-08, lists and objects show
// the passwords of connections as "********" (descriptions of `password` in Telnyx's Node SDK since 7.22.0).
bool is_masked(std::string_view secret_text);

class fingerprinter {
public:
    using key = std::array<unsigned char, 32>;

    fingerprinter();  // a random key
    ~fingerprinter();
    fingerprinter(const fingerprinter&) = delete;
    fingerprinter& operator=(const fingerprinter&) = delete;

    // The key of an earlier run, so that its fingerprints can be compared. Before anything is fingerprinted.
    void set_key(const key& kept);

    // "" of an empty secret, not_shown of a masked one, else "hmac:" and 32 hex digits. `where` binds the
    // hash to its place, so that equal secrets of two objects do not show as equal.
    std::string fingerprint(std::string_view where, std::string_view secret_text) const;

    // The secrets that were shown: the parser of an answer notes them, also where the parser itself changes
    // nothing.
    known_secrets& known() const { return known_; }

private:
    // HMAC with the key, before any message: to make it again costs more than to hash a short message.
    EVP_MAC_CTX* keyed_;
    mutable known_secrets known_;
};

// Decides whether bytes are those seen before: an AES-GCM tag under a key of this process. Ten times faster
// than SHA-256, and nobody can make two pages of one mark, because neither key nor marks ever leave the
// process: do not store or show one.
class page_hasher {
public:
    using digest = std::array<unsigned char, 16>;

    page_hasher();  // a random key
    ~page_hasher();
    page_hasher(const page_hasher&) = delete;
    page_hasher& operator=(const page_hasher&) = delete;

    digest hash(std::string_view bytes) const;

private:
    EVP_CIPHER_CTX* cipher_;
};

}  // namespace trunkwarden
