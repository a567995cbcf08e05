#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/report/terminal.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

// One thing that the watch depends on, as `doctor` found it.
struct doctor_check {
    enum class state : std::uint8_t { ok, warn, fail };
    state is{};
    std::string about;  // "api production"
    std::string found;  // a sentence
    std::string todo;   // the way out; "" when it is ok
};

template <>
inline constexpr auto names_of<doctor_check::state> = word_table<doctor_check::state>("ok", "warn", "fail");

std::string doctor_report_text(const std::vector<doctor_check>& all, layout layout);
std::string doctor_report_json(const std::vector<doctor_check>& all);

}  // namespace trunkwarden
