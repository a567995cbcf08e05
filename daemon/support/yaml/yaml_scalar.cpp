#include "support/yaml/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>

#include "support/ascii.hpp"
#include "support/escape.hpp"

namespace trunkwarden {

namespace {

bool is_small_number(std::string_view text)
{
    constexpr std::size_t max_digits = 9;
    return !text.empty() && text.size() <= max_digits && std::ranges::all_of(text, is_digit) &&
           (text == "0" || text[0] != '0');
}

bool is_plain_text(std::string_view text)
{
    if (text.empty() || !(is_letter(text[0]) || text[0] == '/' || text[0] == '_') || text.back() == ' ' ||
        text.back() == ':')
        return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool ordinary =
            is_letter(c) || is_digit(c) || std::string_view("_-./@+* ").find(c) != std::string_view::npos;
        if (!ordinary && !(c == ':' && at + 1 < text.size() && text[at + 1] != ' '))
            return false;
    }
    return !is_word_of_yaml(text);
}

// A character that cannot be seen is written as an escape: a file that is reviewed must show all it says. A
// byte that is not UTF-8 cannot be written in YAML at all; as \xff it at least leaves the file readable.
std::string escape_of(character kind, unsigned char first_byte)
{
    if (kind.length == 0 || kind.value <= 0xff)
        return fmt::format("\\x{:02x}",
                           kind.length == 0 ? first_byte : static_cast<std::uint32_t>(kind.value));
    const auto value = static_cast<std::uint32_t>(kind.value);
    return value <= 0xffff ? fmt::format("\\u{:04x}", value) : fmt::format("\\U{:08x}", value);
}

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    while (!text.empty()) {
        const auto next = first_character(text);
        const auto piece = text.substr(0, std::max<std::size_t>(next.length, 1));
        if (piece == "\"" || piece == "\\")
            (out += '\\') += piece;
        else if (piece == "\n")
            out += "\\n";
        else if (piece == "\t")
            out += "\\t";
        else if (next.length == 0 || is_hidden(next.value))
            out += escape_of(next, static_cast<unsigned char>(text.front()));
        else
            out += piece;
        text.remove_prefix(piece.size());
    }
    return out += '"';
}

}  // namespace

bool is_word_of_yaml(std::string_view text)
{
    constexpr std::array<std::string_view, 4> words{"null", "Null", "NULL", "~"};
    return std::ranges::find(words, text) != words.end();
}

std::string yaml_scalar(std::string_view text)
{
    return is_small_number(text) || is_plain_text(text) ? std::string(text) : quoted(text);
}

}  // namespace trunkwarden
