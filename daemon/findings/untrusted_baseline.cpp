#include "findings/untrusted_baseline.hpp"

#include <fmt/format.h>

#include "findings/watch_cause.hpp"

namespace trunkwarden {

std::vector<deviation> judge_untrusted_baseline(const untrusted_baseline& found)
{
    if (!found.reason)
        return {};
    auto out = blind_because_of(watch_cause::baseline_file, {});
    out.label = found.account;
    out.fields.push_back({.field = std::string(watch_cause::baseline_file.name),
                          .expected = fmt::format("signed by key {}", found.key_id),
                          .actual = *found.reason,
                          .weight = severity::critical});
    return {std::move(out)};
}

}  // namespace trunkwarden
