#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "containment/thief/thief_world.hpp"

// The rules that must hold after every step, for any act of the thief. Each rule says how close it came to
// being broken, for the search to continue from there.

namespace trunkwarden::thief {

struct verdict {
    double closeness = 0;  // from 0, nowhere near, up to 1, the last moment at which it still holds
    std::string broken;    // a sentence about the break; "": it holds
};

struct rule {
    std::string_view name;
    verdict (*look)(const thief_world& at);
};

std::span<const rule> all_rules();

// One rule by name; throws std::out_of_range.
const rule& rule_named(std::string_view name);

}  // namespace trunkwarden::thief
