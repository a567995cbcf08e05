#include "findings/untrusted_baseline.hpp"

#include <fmt/format.h>

#include "findings/coverage.hpp"

namespace trunkwarden {

std::vector<deviation> judge_untrusted_baseline(const untrusted_baseline& found)
{
    if (found.reason.empty())
        return {};
    deviation out;
    out.type = &whole_account;
    out.id = baseline_file_id;
    out.label = found.account;
    out.kind = deviation_kind::changed;
    out.level = severity::critical;
    out.fields.push_back({.field = std::string(baseline_file_id),
                          .expected = fmt::format("signed by key {}", found.key_id),
                          .actual = found.reason,
                          .weight = severity::critical});
    return {std::move(out)};
}

}  // namespace trunkwarden
