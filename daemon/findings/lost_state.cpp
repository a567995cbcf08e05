#include "findings/lost_state.hpp"

#include <utility>

#include "findings/watch_cause.hpp"

namespace trunkwarden {

std::vector<deviation> judge_lost_state(const optional_reason& optional_reason)
{
    if (!optional_reason)
        return {};
    deviation out;
    out.type = &watch_cause::state_file;
    out.id = out.label = out.type->name;
    out.kind = deviation_kind::changed;
    out.level = severity::critical;
    out.fields.push_back({.field = out.id,
                          .expected = "what the last run wrote",
                          .actual = *optional_reason,
                          .weight = severity::critical});
    return {std::move(out)};
}

}  // namespace trunkwarden
