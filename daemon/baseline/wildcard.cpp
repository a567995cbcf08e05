#include "baseline/wildcard.hpp"

#include <cstddef>

namespace trunkwarden {

namespace {

// One element of a pattern: the wildcard, or one character that must be there.
struct element {
    bool is_wildcard = false;
    char character = 0;
    std::size_t length = 0;  // as written
};

element element_at(std::string_view pattern, std::size_t at)
{
    if (pattern[at] == '\\' && pattern.substr(at + 1, 1) == "*")
        return {false, '*', 2};
    return {pattern[at] == '*', pattern[at], 1};
}

}  // namespace

bool has_wildcard(std::string_view written)
{
    for (std::size_t at = 0; at < written.size(); at += element_at(written, at).length)
        if (element_at(written, at).is_wildcard)
            return true;
    return false;
}

std::string unescaped(std::string_view written)
{
    std::string text;
    text.reserve(written.size());
    for (std::size_t at = 0; at < written.size(); at += element_at(written, at).length)
        text += element_at(written, at).character;
    return text;
}

std::string escaped(std::string_view text)
{
    std::string written;
    for (const char c : text) {
        if (c == '*')
            written += '\\';
        written += c;
    }
    return written;
}

std::string text_before_wildcard(std::string_view pattern)
{
    std::string text;
    for (std::size_t at = 0; at < pattern.size(); at += element_at(pattern, at).length) {
        const auto next = element_at(pattern, at);
        if (next.is_wildcard)
            break;
        text += next.character;
    }
    return text;
}

std::string text_after_wildcard(std::string_view pattern)
{
    std::string text;
    for (std::size_t at = 0; at < pattern.size(); at += element_at(pattern, at).length) {
        const auto next = element_at(pattern, at);
        if (next.is_wildcard)
            text.clear();
        else
            text += next.character;
    }
    return text;
}

// Every wildcard of the narrower one becomes a character that no text has: only a wildcard of the other takes
// it, and a wildcard takes anything that could be there instead.
bool covers_pattern(std::string_view pattern, std::string_view narrower)
{
    constexpr char any = '\x01';
    std::string text;
    for (std::size_t at = 0; at < narrower.size(); at += element_at(narrower, at).length) {
        const auto next = element_at(narrower, at);
        text += next.is_wildcard ? any : next.character;
    }
    return matches_wildcard(pattern, text);
}

// Greedy: when a character does not fit, only the last wildcard seen needs to take one more. An earlier one
// taking more could not help, because the last one can cover the same text: a character that no wildcard may
// hold is a place where the last one would have to hold it, too.
bool matches_wildcard(std::string_view pattern, std::string_view text, bool (*may_hold)(char))
{
    std::size_t in_pattern = 0;
    std::size_t in_text = 0;
    std::size_t after_wildcard = std::string_view::npos;
    std::size_t resume = 0;  // where in the text the last wildcard's run may next end
    while (in_text < text.size()) {
        const auto next = in_pattern < pattern.size() ? element_at(pattern, in_pattern) : element{};
        if (next.is_wildcard) {
            after_wildcard = in_pattern += next.length;
            resume = in_text;
        } else if (next.length > 0 && next.character == text[in_text]) {
            in_pattern += next.length;
            ++in_text;
        } else if (after_wildcard != std::string_view::npos && may_hold(text[resume])) {
            in_pattern = after_wildcard;
            in_text = ++resume;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.size() && element_at(pattern, in_pattern).is_wildcard)
        ++in_pattern;
    return in_pattern == pattern.size();
}

bool matches_wildcard(std::string_view pattern, std::string_view text)
{
    return matches_wildcard(pattern, text, [](char) { return true; });
}

}  // namespace trunkwarden
