#include "findings/finding.hpp"

#include <fmt/format.h>

#include "support/digest.hpp"

namespace trunkwarden {

std::string finding_id(std::string_view account, const deviation& what)
{
    const auto text = fmt::format("{}\n{}\n{}\n{}", account, what.type->name, what.id, name_of(what.kind));
    return "f-" + hex(sha256(text).data(), 6);
}

std::string runbook_url(const deviation& what)
{
    return fmt::format("file:///usr/share/doc/trunkwarden/detections.md#{}", what.type->name);
}

}  // namespace trunkwarden
