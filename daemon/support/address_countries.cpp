#include "support/address_countries.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace trunkwarden {

namespace {

using address_bytes = std::array<std::uint8_t, 16>;

std::string_view take_until(char end, std::string_view& text)
{
    const auto at = std::min(text.find(end), text.size());
    const auto taken = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return taken;
}

// ::ffff:a.b.c.d
address_bytes mapped_address(std::uint32_t address)
{
    address_bytes out{};
    out[10] = out[11] = 0xff;
    for (std::size_t at = 0; at < 4; ++at)
        out[12 + at] = static_cast<std::uint8_t>(address >> (24U - 8U * at));
    return out;
}

std::optional<address_bytes> read_end(std::string_view text)
{
    std::uint32_t number = 0;
    const auto* end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, number);
        read.ec == std::errc() && read.ptr == end)
        return mapped_address(number);
    const auto address = parse_ip_address(text);
    return address ? std::optional(address->address) : std::nullopt;
}

}  // namespace

void look_up_countries(std::string_view ranges, address_countries& wanted)
{
    while (!ranges.empty()) {
        auto line = take_until('\n', ranges);
        const auto first = read_end(take_until(',', line));
        const auto last = read_end(take_until(',', line));
        const auto country = take_until('\r', line);
        if (!first || !last || country.size() != 2 || country == "??")
            continue;
        for (auto at = wanted.lower_bound(*first); at != wanted.end() && at->first <= *last; ++at)
            at->second = country;
    }
}

}  // namespace trunkwarden
