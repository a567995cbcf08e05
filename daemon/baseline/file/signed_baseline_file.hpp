#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "baseline/file/baseline_file.hpp"
#include "support/optional_reason.hpp"
#include "support/result.hpp"

// A baseline that counts only with a signature: FILE.minisig beside FILE, by the account's
// baseline_public_key. The bytes that are verified are the bytes that are parsed. The last active one is kept
// beside the state file, so that an edit and a restart do not blind the watch
// (docs/decisions/0023-signed-baseline.md).

namespace trunkwarden {

// The file in which the daemon keeps the last active baseline of an account; its signature is beside it.
std::filesystem::path kept_baseline_file(const std::filesystem::path& state_file, std::string_view account);

// The two texts of a signed baseline, as they were read and verified.
struct signed_text {
    std::string text;
    std::string signature;
};

// A baseline file, trusted or not. When it is trusted, `source` is set, and `read` holds its content and the
// problems in it. When it is not, `baseline_error` says why and what to do, and `read` is empty.
struct signed_reading {
    baseline_reading read;
    std::optional<signed_text> source;
    optional_reason baseline_error;
};

// `kept` is the copy that keep_baseline() wrote, or where it will be: a baseline that was signed before that
// one is not taken. The types must outlive the baseline.
signed_reading read_signed_baseline_file(const std::filesystem::path& file, std::string_view public_key,
                                         const std::filesystem::path& kept,
                                         std::span<const resource_type> types);

// The copy, verified again. Fails with not_found when there is none, with untrusted or bad_file when it is
// not what was kept.
result<baseline> read_kept_baseline(const std::filesystem::path& kept, std::string_view public_key,
                                    std::span<const resource_type> types);

// Keeps a baseline that is now active, mode 0600. It blocks until both files are on the disk.
result<void> keep_baseline(const signed_text& in_force, const std::filesystem::path& kept);

}  // namespace trunkwarden
