#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "support/result.hpp"

namespace trunkwarden {

// Makes the folder (mode 0700) when it is not there. Fails with bad_file, and changes nothing, when the
// folder or one of the files in it is a link, belongs to somebody else, or may be used by others.
result<void> make_private_folder(const std::filesystem::path& folder,
                                 std::span<const std::string_view> files);

// Returns once the names in the folder are on the disk. "" is the current folder.
result<void> sync_folder(const std::filesystem::path& folder);

// Makes the file (mode 0600) when it is not there; follows no link. Returns once the text is on the disk.
result<void> append_and_sync(const std::filesystem::path& file, std::string_view text);

// The sentence that names the file or folder, the reason and the way out.
failure cannot_use(const std::filesystem::path& file, std::string_view why);

}  // namespace trunkwarden
