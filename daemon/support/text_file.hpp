#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "support/result.hpp"

namespace trunkwarden {

// Whether something has this name; false as well where that cannot be found out.
bool file_exists(const std::filesystem::path& file);

// The whole content of a regular file. Fails with not_found, too_large or bad_file; the sentence names the
// file and the reason.
result<std::string> read_text_file(const std::filesystem::path& file, std::size_t max_bytes);

}  // namespace trunkwarden
