#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "account/loaded_files.hpp"
#include "support/optional_reason.hpp"
#include "support/yaml/problem.hpp"

namespace trunkwarden {

// The treatment of a baseline that has to be signed and is not (baseline/signed_baseline_file.hpp).
enum class on_untrusted : std::uint8_t {
    refuse,     // it is a problem like any other: for commands, because their user can correct it
    use_copy,   // the last active one is used, if it was kept: a restart must not blind the watch
    leave_out,  // nothing is trusted and `baseline_error` says why: the active one stays
};

// A baseline that can become active. `baseline_error` says why it is not that of the file.
struct loaded_baseline {
    baseline value;
    std::optional<signed_baseline> source;
    optional_reason baseline_error;
};

// The baseline of an account; nothing when `problems` say why.
std::optional<loaded_baseline> load_baseline(const account_settings& wanted,
                                             const std::filesystem::path& state_file, on_untrusted then,
                                             std::vector<problem>& problems);

// A person who edits the settings can take the key out of them: at least that does not go unsaid.
std::optional<std::string> warning_of_lost_key(const account_settings& wanted,
                                               const std::filesystem::path& state_file);

}  // namespace trunkwarden
