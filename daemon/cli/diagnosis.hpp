#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

// One thing that the watch depends on, as `doctor` found it.
struct diagnosis {
    enum class state : std::uint8_t { fine, look, wrong };
    state is{};
    std::string about;  // "api production"
    std::string found;  // a sentence
    std::string todo;   // what to do about it; "" when it is fine
};

template <>
inline constexpr auto names_of<diagnosis::state> = word_table<diagnosis::state>("fine", "look", "wrong");

std::string diagnoses_text(const std::vector<diagnosis>& all, layout how);
std::string diagnoses_json(const std::vector<diagnosis>& all);

}  // namespace trunkwarden
