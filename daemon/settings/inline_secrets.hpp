#pragma once

#include "support/yaml/yaml_tree.hpp"

namespace trunkwarden {

// Finds secrets that were written into the settings themselves, says where they belong instead, and takes
// them out of the tree, so that no later problem can repeat them.
void refuse_inline_secrets(yaml_node& tree, problem_list& problems);

}  // namespace trunkwarden
