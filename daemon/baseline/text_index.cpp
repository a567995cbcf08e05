#include "baseline/text_index.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace trunkwarden {

namespace {

std::uint32_t hash_of(std::string_view text)
{
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
}

}  // namespace

void text_index::add(std::string_view text, std::size_t entry, std::size_t which)
{
    places_.push_back({hash_of(text), static_cast<std::uint32_t>(entry), static_cast<std::uint32_t>(which)});
}

void text_index::sort()
{
    places_.shrink_to_fit();
    std::ranges::sort(places_, {},
                      [](const place& some) { return std::tuple(some.hash, some.entry, some.which); });
}

std::span<const text_index::place> text_index::find(std::string_view text) const
{
    const auto hash = hash_of(text);
    const auto begin = std::ranges::lower_bound(places_, hash, {}, &place::hash);
    const auto end =
        std::find_if(begin, places_.end(), [hash](const place& some) { return some.hash != hash; });
    return {begin, end};
}

std::size_t text_index::distinct() const
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < places_.size(); ++at)
        if (at == 0 || places_[at].hash != places_[at - 1].hash)
            ++count;
    return count;
}

}  // namespace trunkwarden
