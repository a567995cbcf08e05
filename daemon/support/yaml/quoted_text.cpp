#include "support/yaml/quoted_text.hpp"

#include <algorithm>
#include <cstddef>

#include "support/ascii.hpp"
#include "support/escape.hpp"

namespace trunkwarden {

namespace {

bool is_api_key_character(char c)
{
    return is_letter_or_digit(c) || c == '_' || c == '-';
}

constexpr std::string_view key_prefix = "KEY";

// A URL with a user name in it, and so perhaps a password.
bool holds_a_login(std::string_view text)
{
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos)
        return false;
    const auto rest = text.substr(scheme + 3);
    return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

}  // namespace

bool looks_like_api_key(std::string_view text)
{
    constexpr std::ptrdiff_t shortest = 16;  // real ones have 55; a truncated one is still a secret
    for (auto at = text.find(key_prefix); at != std::string_view::npos; at = text.find(key_prefix, at + 1)) {
        const auto rest = text.substr(at + key_prefix.size());
        const auto length = std::ranges::find_if_not(rest, is_api_key_character) - rest.begin();
        const auto word = text.substr(at, key_prefix.size() + static_cast<std::size_t>(length));
        if (length >= shortest && !is_api_key_id(word))
            return true;
    }
    return false;
}

bool is_api_key_id(std::string_view text)
{
    constexpr std::size_t digits = 32;
    return text.size() == key_prefix.size() + digits && text.starts_with(key_prefix) &&
           text.substr(key_prefix.size()).find_first_not_of("0123456789ABCDEFabcdef") ==
               std::string_view::npos;
}

std::string quoted_text(std::string_view text)
{
    constexpr std::size_t longest = 60;
    return looks_like_api_key(text) || holds_a_login(text) ? "\"(secret)\""
                                                           : '"' + printable(text, longest) + '"';
}

}  // namespace trunkwarden
