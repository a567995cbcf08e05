#pragma once

#include <filesystem>
#include <vector>

#include "settings/settings.hpp"
#include "support/clock.hpp"
#include "support/digest.hpp"
#include "support/secret.hpp"

// The files that settings name beside baselines: keys, certificates, the secrets of sinks.

namespace trunkwarden {

std::vector<std::filesystem::path> files_of(const sink_settings& sink);
std::vector<std::filesystem::path> files_of(const heartbeat_settings& beat);
std::vector<std::filesystem::path> files_of(const account_settings& account);  // without its baseline

// Everything that a reload reads: the settings, too, and the baselines. Sorted, each once.
std::vector<std::filesystem::path> files_of(const settings& all);

// Sorted, each once.
std::vector<std::filesystem::path> united(std::vector<std::filesystem::path> some,
                                          const std::vector<std::filesystem::path>& others);

// Of their names and contents; of a folder, the names of its files. Blocks. One that cannot be read counts as
// that; nothing of it is kept.
digest digest_of(const std::vector<std::filesystem::path>& files);

// Of the key and the files that an account is reached with: whether another client is needed. Blocks.
digest access_of(const account_settings& account, const secret& key);

// Whether a file may have changed since that moment.
bool may_have_changed_since(const std::vector<std::filesystem::path>& files, time_point moment);

}  // namespace trunkwarden
