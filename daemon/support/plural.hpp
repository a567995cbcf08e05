#pragma once

#include <cstddef>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace trunkwarden {

// "1 finding", "2 findings"
inline std::string plural(std::size_t count, std::string_view noun)
{
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace trunkwarden
