#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/baseline.hpp"
#include "support/yaml/problem.hpp"

namespace trunkwarden {

// The content of a baseline file, and everything that is wrong with it. With any problem the baseline is not
// to be used.
struct baseline_reading {
    baseline value;
    std::vector<problem> problems;
};

// `types` is the catalogue; its order becomes that of baseline::resources. The types must outlive the
// baseline.
baseline_reading read_baseline_file(const std::filesystem::path& file, std::span<const resource_type> types);

// The same for a text that is in memory; `file` is its name in problems.
baseline_reading parse_baseline(std::string_view text, std::string file,
                                std::span<const resource_type> types);

}  // namespace trunkwarden
