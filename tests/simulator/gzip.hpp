#pragma once

#include <string>
#include <string_view>

namespace trunkwarden::simulator {

// The whole of `text`, compressed as content-encoding gzip has it.
std::string gzipped(std::string_view text, int level = 1);

}  // namespace trunkwarden::simulator
