#pragma once

#include <tuple>

#include "findings/finding.hpp"

namespace trunkwarden {

// The order in which people read findings: resolved ones last, then by severity, then by the loss in a
// minute, then the newest first.
inline bool is_shown_before(const finding& a, const finding& b)
{
    const bool same_weight =
        (a.status == finding_status::resolved) == (b.status == finding_status::resolved) &&
        a.deviation.level == b.deviation.level;
    if (same_weight && is_less(a.deviation.exposure, b.deviation.exposure) !=
                           is_less(b.deviation.exposure, a.deviation.exposure))
        return is_less(b.deviation.exposure, a.deviation.exposure);
    const auto rank = [](const finding& f, const finding& other) {
        return std::tuple(f.status == finding_status::resolved, other.deviation.level, other.first_seen);
    };
    const auto of_a = rank(a, b);
    const auto of_b = rank(b, a);
    return of_a != of_b ? of_a < of_b : a.id < b.id;
}

}  // namespace trunkwarden
