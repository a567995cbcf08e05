#pragma once

#include <filesystem>
#include <vector>

#include "settings/settings.hpp"
#include "snapshot/fingerprint.hpp"

// The files that settings name beside baselines: keys, certificates, what sinks keep secret.

namespace trunkwarden {

std::vector<std::filesystem::path> files_of(const sink_settings& sink);
std::vector<std::filesystem::path> files_of(const account_settings& account);  // without its baseline

// Everything that a reload reads: the settings, too, and the baselines.
std::vector<std::filesystem::path> files_of(const settings& all);

// Of their names and what is in them. Blocks. One that cannot be read counts as that; nothing of it is kept.
digest digest_of(const std::vector<std::filesystem::path>& files);

}  // namespace trunkwarden
