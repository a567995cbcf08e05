#include "alerts/finding_in_message.hpp"

#include <algorithm>

#include "findings/accepting.hpp"
#include "findings/finding_json.hpp"

namespace trunkwarden {

boost::json::object finding_in_message(finding f, const link_settings& to)
{
    std::ranges::stable_sort(f.deviation.fields, std::ranges::greater(), &field_difference::weight);
    auto out = to_json(f, to);
    out["acceptable"] = acceptable_of(f).has_value();
    return out;
}

}  // namespace trunkwarden
