#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace trunkwarden {

// 500ms 10s 5m 12h 7d: a whole number and one unit, at most ten years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace trunkwarden
