#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "support/clock.hpp"
#include "support/optional_reason.hpp"
#include "support/result.hpp"

// Signatures made with minisign (https://jedisct1.github.io/minisign/), verified with OpenSSL: Ed25519 over
// the text itself (the older form) or over its BLAKE2b-512, and a second signature over the first and the
// trusted comment. Stricter than minisign: base64 in its one spelling, four lines and nothing after them.

namespace trunkwarden {

// No signature file that minisign writes is larger.
constexpr std::size_t max_minisign_bytes = std::size_t{10} * 1024;

// The reason why a text is no public key, which is the second line of minisign.pub. nullopt when it is one. A
// sentence without its subject ("is …", "must be …") that does not repeat the text: people paste the wrong
// half of a pair.
optional_reason fault_of_minisign_key(std::string_view public_key);

// As minisign shows it: "6B5E6B26AFBEB58B". "" when it is no public key.
std::string minisign_key_id(std::string_view public_key);

// The trusted comment, when `signature`, the text of a .minisig file, is one of `text` by that key. Fails
// with untrusted; the sentence says why.
result<std::string> verify_minisign(std::string_view text, std::string_view signature,
                                    std::string_view public_key);

// The same of the trusted comment alone: it is by that key, for any signed text.
result<std::string> trusted_comment_of(std::string_view signature, std::string_view public_key);

// "timestamp:1790000000", which minisign writes into the trusted comment unless it is given another one.
std::optional<time_point> time_of_signing(std::string_view trusted_comment);

// The file with the signature of a baseline file.
std::filesystem::path signature_of(const std::filesystem::path& file);

}  // namespace trunkwarden
