#include "alerts/told_finding.hpp"

#include <algorithm>

#include "findings/finding_json.hpp"

namespace trunkwarden {

boost::json::object told_finding(finding f, const link_settings& to)
{
    std::ranges::stable_sort(f.what.fields, std::ranges::greater(), &field_difference::weight);
    return to_json(f, to);
}

}  // namespace trunkwarden
