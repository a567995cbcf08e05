#include "baseline/edit/scalar_style.hpp"

#include <algorithm>

#include "support/yaml/yaml_scalar.hpp"

namespace trunkwarden {

namespace {

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Numbers, addresses, URLs and days: people write them plain here, though other YAML readers may not read
// them as text.
bool can_be_plain(std::string_view text)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    constexpr std::string_view others = "_-./@+*%=\\ ";
    if (text.empty() || (letters.find(text[0]) == letters.npos && text[0] != '+' && text[0] != '/') ||
        text.back() == ' ' || is_word_of_yaml(text))
        return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool inside_word = text[at] == ':' && at + 1 < text.size() && text[at + 1] != ' ';
        if (letters.find(text[at]) == letters.npos && others.find(text[at]) == others.npos && !inside_word)
            return false;
    }
    return true;
}

bool fits_single_quotes(std::string_view text)
{
    return std::ranges::none_of(text,
                                [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string in_single_quotes(std::string_view text)
{
    std::string out = "'";
    for (const char c : text) {
        out += c;
        if (c == '\'')
            out += c;
    }
    return out += '\'';
}

}  // namespace

std::size_t end_of_quoted(std::string_view text, std::size_t at)
{
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        const bool is_doubled =
            text[at] == quote && quote == '\'' && at + 1 < text.size() && text[at + 1] == quote;
        if (is_doubled || (quote == '"' && text[at] == '\\'))
            ++at;
        else if (text[at] == quote)
            return at + 1;
    }
    return text.size();
}

std::optional<scalar_extent> scalar_at(std::string_view text, std::size_t at, std::string_view meaning)
{
    if (at >= text.size())
        return std::nullopt;
    if (text[at] == '"' || text[at] == '\'')
        return scalar_extent{at, end_of_quoted(text, at), text[at]};
    if (meaning.empty() || !text.substr(at).starts_with(meaning) || meaning.find('\n') != meaning.npos)
        return std::nullopt;
    return scalar_extent{at, at + meaning.size(), 0};
}

namespace {

// The last byte of a comment (its line end) or of a quoted text that begins at `at`; `at` when neither does.
std::size_t end_of_what_is_no_bracket(std::string_view text, std::size_t at, char before, char beside)
{
    const bool begins_value = before == '[' || before == '{' || before == ',' || before == ':';
    if (text[at] == '#' && is_space(beside))
        return std::min(text.find('\n', at), text.size());
    if ((text[at] == '"' || text[at] == '\'') && begins_value)
        return end_of_quoted(text, at) - 1;
    return at;
}

}  // namespace

std::optional<std::size_t> end_of_flow(std::string_view text, std::size_t at)
{
    std::size_t depth = 0;
    char before = '[';  // the last byte that is no space
    for (char beside = '['; at < text.size(); ++at) {
        const auto end = end_of_what_is_no_bracket(text, at, before, beside);
        if (end >= text.size())
            break;
        const char c = end == at ? text[at] : '\0';
        at = end;
        if (c == '[' || c == '{')
            ++depth;
        else if ((c == ']' || c == '}') && --depth == 0)
            return at + 1;
        beside = text[at];
        if (!is_space(beside))
            before = beside;
    }
    return std::nullopt;
}

std::string scalar_in_style(std::string_view value, char quote)
{
    if (quote == 0 && can_be_plain(value))
        return std::string(value);
    if (quote == '\'' && fits_single_quotes(value))
        return in_single_quotes(value);
    auto out = yaml_scalar(value);
    return quote != 0 && !out.starts_with('"') ? '"' + out + '"' : out;
}

}  // namespace trunkwarden
