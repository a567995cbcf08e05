#include "cli/report/markdown_cell.hpp"

#include <algorithm>
#include <cstddef>

#include "support/ascii.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view digits = "0123456789";

bool is_active_anywhere(char c)
{
    return std::string_view("\\&|`<>[]*_~#!$").find(c) != std::string_view::npos;
}

// GitHub makes a link of "https://…" and of "www.…", also without brackets.
bool makes_a_link(std::string_view text, std::size_t at)
{
    constexpr std::size_t prefix = 3;
    if (text[at] == ':')
        return text.substr(at + 1).starts_with("//");
    return text[at] == '.' && at >= prefix && to_lower(text.substr(at - prefix, prefix)) == "www";
}

// The sign of a list or a ruler: "- ", "---", "7.", "7)".
bool is_sign_of_a_list(std::string_view text, std::size_t at)
{
    const auto before = text.substr(0, at);
    const auto next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (text[at] == '-' || text[at] == '+')
        return before.find_first_not_of(' ') == std::string_view::npos && (next == ' ' || next == text[at]);
    const auto number = before.substr(std::min(before.find_first_not_of(' '), before.size()));
    return (text[at] == '.' || text[at] == ')') && next == ' ' && !number.empty() &&
           number.find_first_not_of(digits) == std::string_view::npos;
}

}  // namespace

std::string cell(std::string_view text)
{
    constexpr std::size_t longest = 1000;
    const auto shown = printable(text, longest);
    std::string out;
    for (std::size_t at = 0; at < shown.size(); ++at) {
        if (is_active_anywhere(shown[at]) || makes_a_link(shown, at) || is_sign_of_a_list(shown, at))
            out += '\\';
        out += shown[at];
    }
    return out;
}

}  // namespace trunkwarden
