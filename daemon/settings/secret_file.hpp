#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// The one secret that a file holds: its only line, without white space around it. `what` names it in the
// sentence of a failure ("the API key of account production"), which also names the file, never its content.
result<secret> read_secret_file(const std::filesystem::path& file, std::string_view subject);

// The same rules for a secret that came another way; `where` names it.
result<secret> single_line_secret(std::string text, std::string_view subject, std::string_view where);

// A sentence when users other than its owner and group may read or change the file.
std::optional<std::string> exposure_of(const std::filesystem::path& file);

}  // namespace trunkwarden
