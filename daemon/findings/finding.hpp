#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "diff/deviation.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

enum class finding_status : std::uint8_t { open, acknowledged, contained, resolved };

constexpr std::string_view name_of(finding_status status)
{
    constexpr std::string_view names[]{"open", "acknowledged", "contained", "resolved"};
    return names[static_cast<std::size_t>(status)];
}

// A deviation with a history.
struct finding {
    std::string id;
    std::string account;
    deviation what;
    std::string title;
    finding_status status = finding_status::open;
    time_point first_seen;
    time_point last_seen;
};

enum class transition : std::uint8_t { opened, changed, resolved };

constexpr std::string_view name_of(transition event)
{
    constexpr std::string_view names[]{"opened", "changed", "resolved"};
    return names[static_cast<std::size_t>(event)];
}

// A change of a finding.
struct finding_event {
    transition what{};
    finding about;
    time_point at;
};

// "f-" and 12 hex digits: the same object in the same state of distrust has the same id on every host and
// after every restart.
std::string finding_id(std::string_view account, const deviation& what);

// Where people read what this kind of finding means and what to do.
std::string runbook_url(const deviation& what);

}  // namespace trunkwarden
