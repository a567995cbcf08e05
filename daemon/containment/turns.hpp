#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace trunkwarden {

// The order in which things have their turn: after every four that are new one comes of those that were
// looked at in vain before, so that no number of either keeps the other waiting.
template <class Thing>
std::vector<Thing> in_turn(std::vector<Thing> fresh, std::vector<Thing> again)
{
    constexpr std::size_t every = 5;
    std::vector<Thing> out;
    out.reserve(fresh.size() + again.size());
    auto next = fresh.begin();
    auto old = again.begin();
    while (next != fresh.end() || old != again.end()) {
        const bool is_of_old = next == fresh.end() || (old != again.end() && out.size() % every == every - 1);
        out.push_back(std::move(is_of_old ? *old++ : *next++));
    }
    return out;
}

}  // namespace trunkwarden
