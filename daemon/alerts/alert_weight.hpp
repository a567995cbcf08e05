#pragma once

#include <string_view>

#include "catalogue/severity.hpp"

namespace trunkwarden {

// How much it matters that a message is sent soon: by severity, and of one severity what gets worse goes
// before what gets better or is said again.
using alert_weight = unsigned;

constexpr alert_weight weight_of_message(severity level, std::string_view event)
{
    const bool can_wait = event == "resolved" || event == "acknowledged" || event == "reminder";
    return 2 * static_cast<alert_weight>(level) + (can_wait ? 0U : 1U);
}

// The same for what is said again: after what is new.
constexpr alert_weight said_again(alert_weight weight)
{
    return weight - weight % 2;
}

constexpr severity severity_of(alert_weight weight)
{
    return static_cast<severity>(weight / 2);
}

constexpr bool is_critical(alert_weight weight)
{
    return weight >= weight_of_message(severity::critical, "resolved");
}

}  // namespace trunkwarden
