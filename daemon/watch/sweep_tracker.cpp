#include "watch/sweep_tracker.hpp"

#include <algorithm>

namespace trunkwarden {

void sweep_tracker::began(time now)
{
    if (!began_)
        began_ = now;
}

std::optional<std::chrono::nanoseconds> sweep_tracker::read(std::size_t list, time now)
{
    read_[list] = true;
    if (std::ranges::find(read_, false) != read_.end())
        return std::nullopt;
    read_ = rare_;
    const auto took = now - began_.value_or(now);
    began_.reset();
    return took;
}

}  // namespace trunkwarden
