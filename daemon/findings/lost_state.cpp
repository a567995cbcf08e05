#include "findings/lost_state.hpp"

#include <utility>

#include "findings/coverage.hpp"

namespace trunkwarden {

std::vector<deviation> judge_lost_state(const std::string& how)
{
    if (how.empty())
        return {};
    deviation out;
    out.type = &whole_account;
    out.id = out.label = state_file_id;
    out.kind = deviation_kind::changed;
    out.level = severity::critical;
    out.fields.push_back({.field = std::string(state_file_id),
                          .expected = "what the last run wrote",
                          .actual = how,
                          .weight = severity::critical});
    return {std::move(out)};
}

}  // namespace trunkwarden
