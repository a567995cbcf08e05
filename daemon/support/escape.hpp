#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The API's text is written by whoever holds the account, an intruder included. Before it reaches a terminal,
// a log line or a page, it passes through here.

namespace trunkwarden {

// `text` as one line in which everything can be seen: control characters, characters that are invisible or
// turn the direction of writing become \u{202e}, bytes that are not UTF-8 become \x{ff}. At most `limit`
// bytes, then "…"; neither a character nor an escape is cut. Text that is fine already comes back unchanged,
// so doing it twice does no harm.
std::string printable(std::string_view text, std::size_t limit = 200);

// A logfmt value: printable(), in quotes when it is empty or holds a space, "=" or a quote.
std::string logfmt_value(std::string_view text, std::size_t limit = 2000);

}  // namespace trunkwarden
