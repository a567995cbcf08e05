#include "audit/audit_event.hpp"

#include <cstddef>

namespace trunkwarden {

audit_event shortened(audit_event whole)
{
    constexpr std::size_t most = 4096;
    std::size_t bytes = 0;
    std::size_t kept = 0;
    for (const auto& change : whole.changes) {
        bytes += change.field.size() + change.from.size() + change.to.size();
        if (bytes > most)
            break;
        ++kept;
    }
    whole.changes.resize(kept);
    return whole;
}

}  // namespace trunkwarden
