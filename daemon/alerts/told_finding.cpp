#include "alerts/told_finding.hpp"

#include <algorithm>

#include "findings/finding_json.hpp"

namespace trunkwarden {

boost::json::object told_finding(finding f)
{
    std::ranges::stable_sort(f.what.fields, std::ranges::greater(), &field_difference::weight);
    return to_json(f);
}

}  // namespace trunkwarden
