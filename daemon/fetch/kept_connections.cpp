#include "fetch/kept_connections.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace trunkwarden {
namespace {

// Load balancers drop a connection after a minute of silence.
constexpr auto max_idle = std::chrono::seconds(55);
constexpr auto max_idle_of_others = std::chrono::seconds(5);
constexpr std::size_t max_kept = 16;

}  // namespace

connection_ptr kept_connections::take(moment now)
{
    while (!idle_.empty()) {
        auto last = std::move(idle_.back());
        idle_.pop_back();
        if (now - last->idle_since < max_idle && last->silent())
            return last;
    }
    return nullptr;
}

void kept_connections::keep(connection_ptr used, moment now)
{
    const auto in_use = std::ranges::find_if(
        idle_, [now](const connection_ptr& each) { return now - each->idle_since < max_idle_of_others; });
    idle_.erase(idle_.begin(), in_use);
    if (!used->reusable || idle_.size() >= max_kept)
        return;
    used->received.shrink_to_fit();
    used->idle_since = now;
    idle_.push_back(std::move(used));
}

}  // namespace trunkwarden
