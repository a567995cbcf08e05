#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace trunkwarden {

// One piece in which two texts differ, in lines from 0.
struct difference_of_lines {
    std::size_t old_begin = 0, old_count = 0;
    std::size_t new_begin = 0, new_count = 0;
};

// Lines with their ends.
std::vector<std::string_view> lines_of(std::string_view text);

// Where they differ, in order. When texts have little in common, the pieces may be larger than necessary.
std::vector<difference_of_lines> differences(const std::vector<std::string_view>& before,
                                             const std::vector<std::string_view>& after);

// As `diff -u` prints it and `patch` takes it, with three lines around each difference; "" when there is
// none. `name` goes behind "a/" and "b/".
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name);

}  // namespace trunkwarden
