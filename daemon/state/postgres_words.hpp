#pragma once

#include <optional>
#include <string>
#include <string_view>

// The shared statements and texts as PostgreSQL takes them. Only state/ includes this.

namespace trunkwarden {

// Without the names of indexes, and with a text's bytes in PostgreSQL's words.
std::string statement_for_postgres(std::string_view shared);

// With U+FFFD for each NUL and each byte that is not UTF-8: PostgreSQL refuses them, and a name that an
// intruder chose must not keep a change from being written. nullopt when the text has none of them.
std::optional<std::string> text_for_postgres(std::string_view text);

}  // namespace trunkwarden
