#include "containment/remaining_deviation.hpp"

#include <utility>

#include "diff/diff.hpp"

namespace trunkwarden {

std::optional<deviation> remaining_deviation(const account& watched, const observed_object* now)
{
    if (now == nullptr || !now->is_reported())
        return std::nullopt;
    const trusted_state trusted{watched.config.baseline.entries_of(*now->type), watched.memory.secrets,
                                std::chrono::floor<std::chrono::days>(watched.io.now())};
    auto left = diff(*now->type, trusted, {now->watched}, extent::partial);
    if (left.empty())
        return std::nullopt;
    return std::move(left.front());
}

}  // namespace trunkwarden
