#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/report/terminal.hpp"

namespace trunkwarden {

// One thing that the watch depends on, as `doctor` found it.
struct doctor_check {
    enum class state : std::uint8_t { ok, warn, fail };
    state is{};
    std::string about;  // "api production"
    std::string found;  // a sentence
    std::string todo;   // what to do about it; "" when it is ok
};

constexpr std::string_view name_of(doctor_check::state is)
{
    constexpr std::string_view names[]{"ok", "warn", "fail"};
    return names[static_cast<std::size_t>(is)];
}

std::string doctor_report_text(const std::vector<doctor_check>& all, layout how);
std::string doctor_report_json(const std::vector<doctor_check>& all);

}  // namespace trunkwarden
