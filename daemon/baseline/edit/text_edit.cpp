#include "baseline/edit/text_edit.hpp"

#include <algorithm>

namespace trunkwarden {

namespace {

// The first byte of a line that is neither space nor tab, or its end.
std::size_t first_ink(std::string_view text, const line_extent& line)
{
    return std::min(text.substr(0, line.end).find_first_not_of(" \t", line.begin), line.end);
}

}  // namespace

std::string applied(std::string_view text, std::vector<text_edit> edits)
{
    std::ranges::stable_sort(edits, {}, &text_edit::at);
    std::string out;
    std::size_t copied = 0;
    for (const auto& edit : edits) {
        out += text.substr(copied, edit.at - copied);
        out += edit.text;
        copied = edit.at + edit.length;
    }
    return out += text.substr(copied);
}

line_extent line_at(std::string_view text, std::size_t at)
{
    at = std::min(at, text.size());
    line_extent line;
    line.begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    const auto newline = std::min(text.find('\n', at), text.size());
    line.next = std::min(newline + 1, text.size());
    line.end =
        newline > line.begin && newline < text.size() && text[newline - 1] == '\r' ? newline - 1 : newline;
    return line;
}

std::size_t indentation(std::string_view text, const line_extent& line)
{
    return std::min(text.substr(0, line.end).find_first_not_of(' ', line.begin), line.end) - line.begin;
}

bool is_blank(std::string_view text, const line_extent& line)
{
    return first_ink(text, line) == line.end;
}

bool is_comment(std::string_view text, const line_extent& line)
{
    const auto ink = first_ink(text, line);
    return ink < line.end && text[ink] == '#';
}

std::string_view newline_of(std::string_view text)
{
    const auto newline = text.find('\n');
    return newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r' ? "\r\n" : "\n";
}

}  // namespace trunkwarden
