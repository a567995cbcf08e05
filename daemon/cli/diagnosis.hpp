#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.hpp"

namespace trunkwarden {

// One thing that the watch depends on, as `doctor` found it.
struct diagnosis {
    enum class state : std::uint8_t { fine, look, wrong };
    state is{};
    std::string about;  // "api production"
    std::string found;  // a sentence
    std::string todo;   // what to do about it; "" when it is fine
};

constexpr std::string_view name_of(diagnosis::state is)
{
    constexpr std::string_view names[]{"fine", "look", "wrong"};
    return names[static_cast<std::size_t>(is)];
}

std::string diagnoses_text(const std::vector<diagnosis>& all, layout how);
std::string diagnoses_json(const std::vector<diagnosis>& all);

}  // namespace trunkwarden
