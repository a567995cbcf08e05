#include "support/mail_address.hpp"

#include <algorithm>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t longest_address = 254;  // RFC 5321

bool is_in_local_part(char c)
{
    return is_letter_or_digit(c) ||
           std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
}

}  // namespace

bool is_in_domain(char c)
{
    return is_letter_or_digit(c) || c == '.' || c == '-';
}

bool is_mail_address(std::string_view text)
{
    const auto at = text.find('@');
    if (text.size() > longest_address || at == 0 || at == std::string_view::npos || at + 1 == text.size())
        return false;
    return std::ranges::all_of(text.substr(0, at), is_in_local_part) &&
           std::ranges::all_of(text.substr(at + 1), is_in_domain);
}

}  // namespace trunkwarden
