#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace trunkwarden {

// The secrets that the API showed since the start, to take them out of its errors: a plain word that is a
// password looks like any other word (support/likely_secrets.hpp). Keeps no secret, but a hash of each under
// a key of this process, which leave the process as little as the key.
class known_secrets {
public:
    known_secrets();  // a random key

    // Shorter than a PIN, a secret is a part of many words; longer than `longest`, it is a document.
    static constexpr std::size_t shortest = 4;
    static constexpr std::size_t longest = 256;
    void note(std::string_view secret);

    // So many are kept; of more, the oldest are forgotten. An intruder decides how many there are, and needs
    // as many objects or changes that are read one by one.
    static constexpr std::size_t most = 200'000;

    // The beginning of the text, with "(secret)" for each known one that is a word of its own: no letter or
    // digit is right before or after it. The rest of a text of more than `longest` bytes is left out, so that
    // its writer does not decide how long this takes.
    std::string taken_out_of(std::string_view text) const;

private:
    using mark = std::uint64_t;
    mark mark_of(std::string_view word) const;
    std::size_t known_at(std::string_view text, std::size_t begin) const;  // its length; 0: none begins there

    std::array<unsigned char, 32> key_{};
    std::unordered_set<mark> newer_;
    std::unordered_set<mark> older_;
    std::array<bool, longest + 1> lengths_{};  // of all that were noted
};

}  // namespace trunkwarden
