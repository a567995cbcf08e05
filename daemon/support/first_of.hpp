#pragma once

#include <cstddef>
#include <fmt/format.h>
#include <functional>
#include <ranges>
#include <string>

namespace trunkwarden {

// "a, b and 3 more": the first of a list, each as `text` writes it, and how many more there are; "" of none.
template <std::ranges::sized_range List, class Text = std::identity>
std::string first_of(const List& all, std::size_t most, Text text = {})
{
    std::string out;
    std::size_t shown = 0;
    for (const auto& each : all) {
        if (shown == most)
            return fmt::format("{} and {} more", out, std::ranges::size(all) - most);
        if (shown++ > 0)
            out += ", ";
        out += std::invoke(text, each);
    }
    return out;
}

}  // namespace trunkwarden
