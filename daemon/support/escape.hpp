#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The API's text is written by everybody with access to the account, an intruder included. Before it reaches
// a terminal, a log line or a page, it passes through here.

namespace trunkwarden {

// The first character of a text that is not empty.
struct character {
    char32_t value = 0;
    std::size_t length = 0;  // 0: its bytes are not UTF-8
};
character first_character(std::string_view text);

// Whether a byte of UTF-8 is one of a character's that is not its first.
constexpr bool continues_character(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

// Whether a reader cannot see it, or it changes how the rest is shown.
bool is_hidden(char32_t value);

// `text` as one line in which everything can be seen: control characters, characters that are invisible or
// turn the direction of writing become \u{202e}, bytes that are not UTF-8 become \x{ff}. At most `limit`
// bytes, then "…"; neither a character nor an escape is cut. Text that is fine already comes back unchanged,
// so doing it twice does no harm.
std::string printable(std::string_view text, std::size_t limit = 200);

// A logfmt value: printable(), in quotes when it is empty or holds a space, "=" or a quote.
std::string logfmt_value(std::string_view text, std::size_t limit = 2000);

// One segment of a URL's path: everything but letters, digits and "-._~" is escaped.
std::string percent_encoded(std::string_view text);

}  // namespace trunkwarden
