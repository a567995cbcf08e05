#pragma once

#include <optional>

#include "baseline/traffic_policy.hpp"
#include "support/yaml/problem.hpp"
#include "support/yaml/yaml_tree.hpp"

namespace trunkwarden {

// One entry of the section traffic; nothing, and a problem at its place, when it is not right.
std::optional<traffic_entry> read_traffic_entry(const yaml_node& node, problem_list& problems);

}  // namespace trunkwarden
