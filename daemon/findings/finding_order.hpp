#pragma once

#include <tuple>

#include "findings/finding.hpp"

namespace trunkwarden {

// The order in which people read findings: what is over last, then by severity, then the newest first.
inline bool is_shown_before(const finding& a, const finding& b)
{
    const auto rank = [](const finding& f, const finding& other) {
        return std::tuple(f.status == finding_status::resolved, other.what.level, other.first_seen);
    };
    const auto of_a = rank(a, b);
    const auto of_b = rank(b, a);
    return of_a != of_b ? of_a < of_b : a.id < b.id;
}

}  // namespace trunkwarden
