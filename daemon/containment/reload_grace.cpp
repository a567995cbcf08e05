#include "containment/reload_grace.hpp"

#include <utility>

namespace trunkwarden {

void reload_grace::add(std::shared_ptr<const baseline> before, time_point now)
{
    constexpr std::size_t max_kept = 16;
    if (kept_.size() == max_kept)
        kept_.erase(kept_.begin() + 1);  // the oldest is what was in force before all these edits
    kept_.push_back({{std::move(before), now}, 0});
}

void reload_grace::end_sweep()
{
    for (auto& one : kept_)
        ++one.sweeps;
}

std::vector<replaced_baseline> reload_grace::lasting(time_point now)
{
    std::erase_if(kept_, [now](const kept& one) {
        return now - one.before.replaced_at >= grace_after_reload && one.sweeps >= 2;
    });
    std::vector<replaced_baseline> out;
    for (const auto& one : kept_)
        out.push_back(one.before);
    return out;
}

}  // namespace trunkwarden
