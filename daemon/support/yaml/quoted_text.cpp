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
    constexpr std::string_view prefix = "KEY";
    constexpr std::ptrdiff_t shortest = 16;  // real ones have 55; a truncated one is still a secret
    for (auto at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
        const auto rest = text.substr(at + prefix.size());
        if (std::ranges::find_if_not(rest, is_api_key_character) - rest.begin() >= shortest)
            return true;
    }
    return false;
}

std::string quoted_text(std::string_view text)
{
    constexpr std::size_t longest = 60;
    return looks_like_api_key(text) || holds_a_login(text) ? "\"(secret)\""
                                                           : '"' + printable(text, longest) + '"';
}

}  // namespace trunkwarden
