#include "support/parse_duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace trunkwarden {

namespace {

struct written_unit {
    std::string_view name;
    std::chrono::milliseconds length;
};

using namespace std::chrono_literals;

constexpr std::array<written_unit, 5> written_units{
    {{"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}}};

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text)
{
    constexpr std::chrono::milliseconds longest = 3653 * 24h;
    std::uint64_t amount = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (error != std::errc())
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    for (const auto& each : written_units)
        if (text == each.name && amount <= static_cast<std::uint64_t>(longest / each.length))
            return static_cast<std::int64_t>(amount) * each.length;
    return std::nullopt;
}

}  // namespace trunkwarden
