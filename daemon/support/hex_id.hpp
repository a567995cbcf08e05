#pragma once

#include <cstddef>
#include <string_view>

namespace trunkwarden {

// Whether it is an id of something of ours: its prefix, such as "f-", and 12 hex digits; or the beginning of
// one, with so many digits at least.
constexpr bool is_id(std::string_view text, std::string_view prefix, std::size_t fewest = 12)
{
    constexpr std::size_t most = 12;
    return text.starts_with(prefix) && text.size() >= prefix.size() + fewest &&
           text.size() <= prefix.size() + most &&
           text.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

}  // namespace trunkwarden
