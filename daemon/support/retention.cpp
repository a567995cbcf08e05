#include "support/retention.hpp"

#include <algorithm>
#include <tuple>

namespace trunkwarden {
namespace {

std::size_t nine_tenths(std::size_t limit)
{
    return limit - limit / 10;
}

std::size_t bytes_of(const std::vector<past_item>& all)
{
    std::size_t sum = 0;
    for (const auto& item : all)
        sum += item.bytes;
    return sum;
}

}  // namespace

std::vector<std::string> beyond(std::vector<past_item> all, const retention_limits& most)
{
    std::vector<std::string> out;
    std::size_t gone = 0;  // from the front
    if (auto bytes = bytes_of(all); bytes > most.bytes) {
        std::ranges::sort(all, {}, [](const past_item& item) { return std::tuple(item.rank, ~item.bytes); });
        for (; gone < all.size() && bytes > nine_tenths(most.bytes); ++gone)
            bytes -= all[gone].bytes;
    }
    if (all.size() - gone > most.count) {
        std::ranges::sort(all.begin() + static_cast<std::ptrdiff_t>(gone), all.end(), {},
                          [](const past_item& item) { return std::tuple(item.rank, item.level, item.at); });
        gone = all.size() - nine_tenths(most.count);
    }
    out.reserve(gone);
    for (std::size_t at = 0; at < gone; ++at)
        out.push_back(std::move(all[at].id));
    return out;
}

}  // namespace trunkwarden
