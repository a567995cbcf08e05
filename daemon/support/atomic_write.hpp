#pragma once

#include <filesystem>
#include <string_view>
#include <sys/types.h>

#include "support/result.hpp"

namespace trunkwarden {

// Puts `text` in the place of a file, or makes it: whole or not at all, also when the machine loses power.
// The way: a temporary file beside it, fsync, rename, fsync of the folder. A file that was there keeps its
// mode and owner; a symbolic link stays, and its target is replaced. A new file gets `new_mode` less the
// umask. Fails with bad_file; the file is then as it was.
result<void> atomic_write(const std::filesystem::path& file, std::string_view text, mode_t new_mode = 0644);

}  // namespace trunkwarden
