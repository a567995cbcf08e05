#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/sink_status.hpp"

namespace trunkwarden {

// That the clock of this host and that of a receiver differ by more than a minute; "" when none does, or no
// sink is of a kind that reports a time; nullopt: there are some of those, and none has reported its time
// yet. Pure.
std::optional<std::string> clock_trouble(const std::vector<sink_status>& sinks);

}  // namespace trunkwarden
