#include "findings/finding.hpp"

#include <fmt/format.h>

#include "support/digest.hpp"

namespace trunkwarden {

std::string finding_id(std::string_view account, const deviation& deviation)
{
    const auto text =
        fmt::format("{}\n{}\n{}\n{}", account, deviation.type->name, deviation.id, name_of(deviation.kind));
    return "f-" + hex(sha256(text).data(), 6);
}

void begin_opening(finding& f, time_point ended, time_point now)
{
    if (f.earlier.size() >= max_earlier_openings)
        f.earlier.erase(f.earlier.begin());
    f.earlier.push_back({open_since(f), ended});
    f.opened = now;
}

time_point open_since(const finding& f)
{
    return f.opened == time_point{} ? f.first_seen : f.opened;
}

}  // namespace trunkwarden
