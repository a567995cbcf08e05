#include "support/yaml/source_line.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "support/ascii.hpp"
#include "support/escape.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

using keys = std::span<const std::string_view>;

constexpr auto npos = std::string_view::npos;

bool is_key_character(char c)
{
    return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
}

bool is_shown(std::string_view key, keys shown)
{
    if (std::ranges::find(shown, key) != shown.end())
        return true;
    const auto dot = key.find('.');
    return dot != npos && is_shown(key.substr(0, dot), shown) && is_shown(key.substr(dot + 1), shown);
}

// A key and its colon, at a place in a line.
struct key_in_line {
    std::string_view name;
    std::size_t value = 0;  // where its value may begin
};

std::optional<key_in_line> key_at(std::string_view line, std::size_t at)
{
    const bool quoted = line[at] == '"' || line[at] == '\'';
    const auto begin = at + (quoted ? 1 : 0);
    auto end = begin;
    while (end < line.size() && is_key_character(line[end]))
        ++end;
    auto colon = end + (quoted && end < line.size() && line[end] == line[at] ? 1 : 0);
    if (end == begin || colon - end != (quoted ? 1U : 0U))
        return std::nullopt;
    colon = std::min(line.find_first_not_of(' ', colon), line.size());
    if (colon == line.size() || line[colon] != ':' ||
        (!quoted && colon + 1 < line.size() && line[colon + 1] != ' '))
        return std::nullopt;
    return key_in_line{line.substr(begin, end - begin), colon + 1};
}

// Where what a line says begins: after its indentation and the dashes of a list.
std::size_t content_of(std::string_view line)
{
    auto at = std::min(line.find_first_not_of(" \t"), line.size());
    while (at < line.size() && line[at] == '-' && (at + 1 == line.size() || line[at + 1] == ' '))
        at = std::min(line.find_first_not_of(' ', at + 1), line.size());
    return at;
}

std::string_view without_comment(std::string_view line)
{
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (content_of(line) < line.size() && line[content_of(line)] == '#')
        return {};
    line = line.substr(0, std::min(line.find(" #"), line.find("\t#")));
    return line.substr(0, line.find_last_not_of(" \t") + 1);
}

// How much of a line may be shown.
struct visible {
    std::size_t length = 0;  // of the line's beginning
    bool all = true;         // nothing is left out, and no value that would be is begun
    bool is_bare = false;    // it begins with a value, whose key must be above
};

visible visible_part(std::string_view line, keys shown)
{
    constexpr std::string_view between = " \t,[]{}";
    auto at = std::min(line.find_first_not_of(between, content_of(line)), line.size());
    const auto begin = at;
    if (at == line.size())
        return {line.size()};
    if (!key_at(line, at))
        return {looks_like_api_key(line) ? begin : line.size(), !looks_like_api_key(line), true};
    for (; at < line.size(); ++at) {
        if (at != begin && between.find(line[at - 1]) == npos)
            continue;
        const auto key = key_at(line, at);
        if (!key)
            continue;
        if (looks_like_api_key(key->name))
            return {at, false};
        if (!is_shown(key->name, shown) || looks_like_api_key(line.substr(key->value)))
            return {std::min(line.find_first_not_of(' ', key->value), line.size()), false};
    }
    return {line.size()};
}

std::string_view line_at(std::string_view text, std::size_t offset)
{
    const auto begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
}

// Whether, by the lines above, the text at `indent` belongs to keys whose values may be shown. A bare value
// must have such a key, with nothing in between that may not be shown.
bool belongs_to_shown_keys(std::string_view above, std::size_t indent, bool is_bare, keys shown)
{
    constexpr std::size_t far = 10'000;
    bool found = !is_bare;
    for (std::size_t lines = 0; !above.empty() && (indent > 0 || !found); ++lines) {
        if (lines == far)
            return false;
        above.remove_suffix(1);  // the end of its last line
        const auto line = without_comment(line_at(above, above.size()));
        above.remove_suffix(above.size() - (above.rfind('\n') + 1));
        const auto content = content_of(line);
        if (content == line.size() && line.find('-') == npos)
            continue;
        const bool is_above = content < indent;
        if ((is_above || !found) && !visible_part(line, shown).all)
            return false;
        if (is_above) {
            indent = content;
            found = true;
        }
    }
    return found;
}

struct span_of_characters {
    char32_t first, last;
};

// Twice as wide as a letter on a terminal: East Asian scripts, emoji.
constexpr std::array<span_of_characters, 9> wide{{{0x1100, 0x115f},
                                                  {0x2e80, 0xa4cf},
                                                  {0xac00, 0xd7a3},
                                                  {0xf900, 0xfaff},
                                                  {0xfe30, 0xfe6f},
                                                  {0xff00, 0xff60},
                                                  {0xffe0, 0xffe6},
                                                  {0x1f300, 0x1faff},
                                                  {0x20000, 0x3fffd}}};

// Of one well-formed character.
char32_t value_of(std::string_view character)
{
    constexpr std::array<unsigned char, 5> lead{0, 0x7f, 0x1f, 0x0f, 0x07};
    char32_t value =
        static_cast<unsigned char>(character[0]) & lead[std::min<std::size_t>(character.size(), 4)];
    for (const char byte : character.substr(1))
        value = (value << 6U) | (static_cast<unsigned char>(byte) & 0x3fU);
    return value;
}

std::size_t width_of(std::string_view character)
{
    const auto value = value_of(character);
    if (value >= 0x300 && value <= 0x36f)
        return 0;  // an accent over the one before
    const bool is_wide = std::ranges::any_of(
        wide, [value](const span_of_characters& some) { return value >= some.first && value <= some.last; });
    return is_wide ? 2 : 1;
}

// A character as it is shown.
struct cell {
    std::string text;
    std::size_t width = 0;
    std::size_t offset = 0;  // in the line
    std::size_t length = 1;  // there, in bytes
};

cell cell_at(std::string_view line, std::size_t at)
{
    auto end = at + 1;
    while (end < line.size() && end - at < 4 && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U)
        ++end;
    const auto character = line.substr(at, end - at);
    if (character == "\t")
        return {"    ", 4, at, 1};
    auto shown = printable(character);
    const auto width = shown == character ? width_of(character) : shown.size();
    return {std::move(shown), width, at, character.size()};
}

// Long lines are cut around the caret.
source_line laid_out(const std::vector<cell>& cells, std::size_t place)
{
    constexpr std::size_t before = 60;
    constexpr std::size_t widest = 100;
    std::size_t caret = 0;
    std::size_t first = 0;
    for (const auto& each : cells)
        caret += each.offset < place ? each.width : 0;
    source_line out{{}, caret};
    for (; out.caret > before; ++first)
        out.caret -= cells[first].width;
    if (first > 0) {
        out.line = "…";
        out.caret += 1;
    }
    std::size_t width = out.line.empty() ? 0 : 1;
    for (auto at = first; at < cells.size(); ++at) {
        width += cells[at].width;
        if (width > widest) {
            out.line += "…";
            break;
        }
        out.line += cells[at].text;
    }
    return out;
}

}  // namespace

source_line source_line_of(std::string_view text, text_mark at, std::span<const std::string_view> shown_keys)
{
    const auto offset = std::min<std::size_t>(at.offset, text.size());
    const auto begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    const auto line = without_comment(line_at(text, offset));
    const auto content = content_of(line);
    if (content == line.size())
        return {};
    auto part = visible_part(line, shown_keys);
    if (!belongs_to_shown_keys(text.substr(0, begin), content, part.is_bare, shown_keys))
        part = {part.is_bare ? content : std::min(part.length, visible_part(line, {}).length), false};

    const bool hides = part.length < line.size();
    std::vector<cell> cells;
    for (std::size_t next = 0; next < part.length; next += cells.back().length)
        cells.push_back(cell_at(line, next));
    if (hides)
        cells.push_back({"(secret)", 8, part.length, 0});
    return laid_out(cells, std::min(offset - begin, part.length));
}

}  // namespace trunkwarden
