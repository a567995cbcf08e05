#include "support/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace trunkwarden {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_small_number(std::string_view text)
{
    constexpr std::size_t most_digits = 9;
    return !text.empty() && text.size() <= most_digits && std::ranges::all_of(text, is_digit) &&
           (text == "0" || text[0] != '0');
}

// What YAML 1.2 takes for something other than a text. (NO is a text in it; true and false are written as
// they are, since a baseline reads them as what they say.)
bool is_word_of_yaml(std::string_view text)
{
    constexpr std::array<std::string_view, 4> words{"null", "Null", "NULL", "~"};
    return std::ranges::find(words, text) != words.end();
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

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (byte < 0x20 || byte == 0x7f)
            out += fmt::format("\\x{:02x}", byte);
        else
            out += c;
    }
    return out += '"';
}

}  // namespace

std::string yaml_scalar(std::string_view text)
{
    return is_small_number(text) || is_plain_text(text) ? std::string(text) : quoted(text);
}

}  // namespace trunkwarden
