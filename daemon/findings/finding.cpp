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

}  // namespace trunkwarden
