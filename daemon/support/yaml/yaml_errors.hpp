#pragma once

#include <string>
#include <string_view>

namespace trunkwarden {

// A sentence for a yaml-cpp error message. Never repeats what the file holds, which some of its messages do.
std::string yaml_sentence(std::string_view message);

}  // namespace trunkwarden
