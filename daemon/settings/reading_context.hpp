#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "settings/settings.hpp"
#include "support/yaml_section.hpp"

// The parts of read_settings_file: each reads one section of the file into its struct.

namespace trunkwarden {

// What a section is read against.
struct reading_context {
    std::filesystem::path folder;                 // of the settings file
    std::span<const std::string_view> resources;  // names of the catalogue
    problem_list& problems;
};

void read_accounts(yaml_section& file, const reading_context& context, std::vector<account_settings>& into);
void read_alerts(const yaml_node* node, const reading_context& context, alert_settings& into);
void read_quarantine(const yaml_node* node, const reading_context& context, settings& into);

// A path, resolved against the settings file; "" stays "".
void read_path(yaml_section& section, std::string_view key, const reading_context& context,
               std::filesystem::path& into);

// Whether `name` is [a-z0-9_-]+: it becomes a metric label and part of file names.
bool is_plain_name(std::string_view name);

// Reads the required key "name": plain, and unlike those of the `others` before it.
void read_name(yaml_section& section, std::span<const std::string> others, std::string& into);

}  // namespace trunkwarden
