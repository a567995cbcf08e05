#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Where the values of a YAML file begin and end, and how they are written there.

namespace trunkwarden {

struct scalar_extent {
    std::size_t begin = 0;
    std::size_t end = 0;  // behind its last byte
    char quote = 0;       // ", ' or 0 for plain
};

// The scalar that begins at `at` and means `meaning`. Nothing when it is written in another way: as a block,
// or plain on several lines.
std::optional<scalar_extent> scalar_at(std::string_view text, std::size_t at, std::string_view meaning);

// Behind the quoted scalar that begins at `at`; the end of the text when it is not closed.
std::size_t end_of_quoted(std::string_view text, std::size_t at);

// Behind the [ ] or { } that begins at `at`. Nothing when it is not closed.
std::optional<std::size_t> end_of_flow(std::string_view text, std::size_t at);

// `value` as a scalar in the style of `quote`, where that can hold it; on one line, also inside [ ] and { }.
std::string scalar_in_style(std::string_view value, char quote);

}  // namespace trunkwarden
