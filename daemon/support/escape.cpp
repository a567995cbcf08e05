#include "support/escape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>

#include "support/ascii.hpp"

namespace trunkwarden {

// Overlong forms, surrogates and values above U+10FFFF are not UTF-8.
character first_character(std::string_view text)
{
    struct form {
        unsigned char mask, lead;
        char32_t smallest;
    };
    constexpr std::array<form, 4> forms{
        {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}}};
    const auto lead = static_cast<unsigned char>(text.front());
    for (std::size_t length = 1; length <= forms.size(); ++length) {
        const form& as = forms[length - 1];
        if ((lead & as.mask) != as.lead)
            continue;
        if (text.size() < length)
            return {};
        char32_t value = lead & static_cast<unsigned char>(~as.mask);
        for (const char byte : text.substr(1, length - 1)) {
            if (!continues_character(byte))
                return {};
            value = (value << 6U) | (static_cast<unsigned char>(byte) & 0x3fU);
        }
        const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
        return value < as.smallest || is_surrogate || value > 0x10ffff ? character{}
                                                                       : character{value, length};
    }
    return {};
}

namespace {

struct range {
    char32_t first, last;
};

// Characters that a reader cannot see, or that change how the rest is shown: Unicode's Cc and Cf, line
// separators, and letters that have no ink.
constexpr std::array<range, 21> hidden{{
    {0x0000, 0x001f},    // C0: newlines forge lines, ESC drives terminals
    {0x007f, 0x009f},    // DEL, C1
    {0x00ad, 0x00ad},    // soft hyphen
    {0x034f, 0x034f},    // grapheme joiner
    {0x061c, 0x061c},    // Arabic letter mark
    {0x115f, 0x1160},    // Hangul fillers
    {0x17b4, 0x17b5},    // Khmer inherent vowels
    {0x180b, 0x180f},    // Mongolian selectors and separator
    {0x200b, 0x200f},    // zero width, direction marks
    {0x2028, 0x202e},    // line and paragraph separators, embeddings and overrides
    {0x2060, 0x206f},    // word joiner, invisible operators, isolates
    {0x2800, 0x2800},    // blank Braille
    {0x3164, 0x3164},    // Hangul filler
    {0xfe00, 0xfe0f},    // variation selectors
    {0xfeff, 0xfeff},    // byte order mark
    {0xffa0, 0xffa0},    // half width Hangul filler
    {0xfff0, 0xfffb},    // specials
    {0x1bca0, 0x1bca3},  // shorthand format controls
    {0x1d173, 0x1d17a},  // musical format controls
    {0xe0000, 0xe0fff},  // tags, more variation selectors
    {0x10fffe, 0x10ffff},
}};

}  // namespace

bool is_hidden(char32_t value)
{
    return std::any_of(hidden.begin(), hidden.end(),
                       [value](const range& some) { return value >= some.first && value <= some.last; });
}

std::string printable(std::string_view text, std::size_t limit)
{
    std::string shown;
    while (!text.empty()) {
        const character next = first_character(text);
        const std::size_t length = std::max<std::size_t>(next.length, 1);
        std::string piece(text.substr(0, length));
        if (next.length == 0)
            piece = fmt::format("\\x{{{:02x}}}", static_cast<unsigned char>(text.front()));
        else if (is_hidden(next.value))
            piece = fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(next.value));
        if (piece.size() > limit - shown.size())
            return shown + "…";
        shown += piece;
        text.remove_prefix(length);
    }
    return shown;
}

std::string logfmt_value(std::string_view text, std::size_t limit)
{
    std::string shown = printable(text, limit);
    if (!shown.empty() && shown.find_first_of(" =\"") == std::string::npos)
        return shown;
    std::string quoted = "\"";
    for (const char c : shown) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string percent_encoded(std::string_view text)
{
    const auto is_unreserved = [](char c) {
        return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
    };
    std::string out;
    for (const char c : text)
        out += is_unreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

}  // namespace trunkwarden
