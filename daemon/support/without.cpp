#include "support/without.hpp"

namespace trunkwarden {

std::string without(std::string text, std::string_view hidden)
{
    constexpr std::string_view instead = "(secret)";
    if (hidden.empty())
        return text;
    for (auto at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at + instead.size()))
        text.replace(at, hidden.size(), instead);
    return text;
}

}  // namespace trunkwarden
