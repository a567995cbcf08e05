#include "baseline/edit/entry_edit.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "baseline/edit/scalar_style.hpp"
#include "baseline/edit/text_edit.hpp"
#include "baseline/edit/value_edit.hpp"

namespace trunkwarden {

namespace {

bool is_flow(const baseline_text& in, const section_place& section)
{
    return section.value < in.text.size() && in.text[section.value] == '[';
}

std::size_t beginning_of(const baseline_text& in, const section_place& section, std::size_t entry)
{
    const auto at = section.entries[entry].at;
    return is_flow(in, section) ? at : dash_of(in.text, at).value_or(at);
}

// Where what follows a section begins.
std::size_t limit_of(const baseline_text& in, const section_place& section)
{
    const auto next = static_cast<std::size_t>(&section - in.layout.sections.data()) + 1;
    return next < in.layout.sections.size() ? line_at(in.text, in.layout.sections[next].key).begin
                                            : in.text.size();
}

std::string without_last_newline(std::string text, std::string_view newline)
{
    if (text.ends_with(newline))
        text.resize(text.size() - newline.size());
    return text;
}

// How the entries of a list are written.
struct list_style {
    std::size_t dash = 2;    // the column of "-"
    std::size_t gap = 2;     // from there to the keys
    bool in_braces = false;  // - {key: value}
    bool spaced = false;     // a blank line between entries
};

// {key: value, other: [a, b]}
std::string in_braces(const entry_draft& draft)
{
    std::string out = "{";
    for (const auto& line : draft.lines) {
        out += fmt::format("{}{}: ", out.size() > 1 ? ", " : "", line.key);
        const bool is_list = line.style == entry_draft::form::set || line.values.size() > 1;
        std::string values;
        for (const auto& value : line.values)
            values += (values.empty() ? "" : ", ") + scalar_in_style(value, '\0');
        out += is_list ? '[' + values + ']' : line.values.empty() ? "\"\"" : values;
    }
    return out + '}';
}

// The text that entry_text() made for a gap of 2, with another one.
std::string with_gap(std::string_view text, const list_style& style)
{
    std::string out;
    bool first = true;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        auto line = text.substr(0, end);
        text.remove_prefix(end);
        if (first)
            out += fmt::format("{}-{}", std::string(style.dash, ' '), std::string(style.gap - 1, ' '));
        else
            out += std::string(style.dash + style.gap, ' ');
        out += line.substr(std::min(style.dash + 2, line.size()));
        first = false;
    }
    return out;
}

// The comment and the entry, each line with its end.
std::string as_lines(const new_entry& entry, const list_style& style, std::string_view newline)
{
    const std::string margin(style.dash, ' ');
    auto out = fmt::format("{}# {}{}", margin, entry.comment, newline);
    if (style.in_braces)
        return out + fmt::format("{}-{}{}{}", margin, std::string(style.gap - 1, ' '), in_braces(entry.draft),
                                 newline);
    return out + with_gap(entry_text(entry.draft, {style.dash, newline}), style);
}

// Whether a blank line is between this entry and the one before it.
bool is_spaced(const baseline_text& in, const section_place& section, std::size_t entry)
{
    if (entry == 0)
        return section.entries.size() > 1 && is_spaced(in, section, 1);
    auto line = line_at(in.text, beginning_of(in, section, entry));
    const auto end = end_of_entry(in, entry - 1);
    while (line.begin > end) {
        line = line_at(in.text, line.begin - 1);
        if (line.begin > end && is_blank(in.text, line))
            return true;
    }
    return false;
}

result<list_style> style_of(const baseline_text& in, const section_place& section, std::size_t entry)
{
    const auto at = section.entries[entry].at;
    const auto dash = dash_of(in.text, at);
    if (!dash)
        return bad_usage("the entries of {} are not written as a list of lines that begin with \"- \"",
                         section.name);
    list_style style;
    style.dash = column_of(in.text, *dash);
    if (const auto line = line_at(in.text, *dash); at < line.end)
        style.gap = at - *dash;
    style.in_braces = in.text[at] == '{';
    style.spaced = is_spaced(in, section, entry);
    return style;
}

// Of a section that has no entries yet: as another one has them.
list_style style_of_others(const baseline_text& in)
{
    list_style style;
    for (const auto& section : in.layout.sections)
        if (section.is == yaml_node::form::list && !section.entries.empty() && !is_flow(in, section)) {
            style.dash = column_of(in.text, section.value);
            return style;
        }
    style.dash = in.layout.sections.empty() ? 2 : column_of(in.text, in.layout.sections.front().key) + 2;
    return style;
}

// The end of an entry with the comments below it that are indented like its keys.
std::size_t end_with_comments(const baseline_text& in, std::size_t entry, std::size_t dash)
{
    auto end = end_of_entry(in, entry);
    for (auto line = line_at(in.text, end); line.next < in.text.size();) {
        line = line_at(in.text, line.next);
        if (!is_comment(in.text, line) || indentation(in.text, line) <= dash)
            break;
        end = line.end;
    }
    return end;
}

result<void> insert_into_block(const baseline_text& in, const section_place& section, const new_entry& entry,
                               std::vector<text_edit>& edits)
{
    const auto style = style_of(in, section, entry.after);
    if (!style)
        return style.error();
    const auto newline = newline_of(in.text);
    const auto apart = style->spaced ? newline : std::string_view();
    auto lines = as_lines(entry, *style, newline);
    const auto last = line_at(in.text, end_with_comments(in, entry.after, style->dash));
    if (last.next > last.end)  // behind the line, which may be one that goes
        edits.push_back({last.next, 0, fmt::format("{}{}", apart, lines)});
    else
        edits.push_back(
            {last.end, 0,
             fmt::format("{}{}{}", newline, apart, without_last_newline(std::move(lines), newline))});
    return {};
}

result<void> insert_into_flow(const baseline_text& in, const section_place& section, const new_entry& entry,
                              std::vector<text_edit>& edits)
{
    std::vector<item_extent> extents;
    for (const auto& place : section.entries) {
        const auto end = in.text[place.at] == '{' ? end_of_flow(in.text, place.at) : std::nullopt;
        if (!end)
            return bad_usage("an entry of {} is written in an unusual way", section.name);
        extents.push_back({place.at, *end});
    }
    edits.push_back(comment_over(in.text, section.entries.back().at, entry.comment));
    return add_to_flow(in.text, section.value, extents, in_braces(entry.draft), edits);
}

// `ips:`, `ips: []` or `ips: ~`
result<void> fill_empty_section(const baseline_text& in, const section_place& section, const new_entry& entry,
                                std::vector<text_edit>& edits)
{
    const auto key = scalar_at(in.text, section.key, section.name);
    const auto colon = key ? in.text.find_first_not_of(" \t", key->end) : std::string_view::npos;
    const auto line = line_at(in.text, section.key);
    if (colon == std::string_view::npos || in.text[colon] != ':')
        return bad_usage("the section {} is written in an unusual way", section.name);
    const auto rest = in.text.substr(colon + 1, line.end - colon - 1);
    const auto ink = rest.find_first_not_of(" \t");
    if (ink != std::string_view::npos && rest[ink] != '#') {
        const auto close = rest[ink] == '[' ? rest.find(']', ink)
                                            : std::min(rest.find_first_of(" \t", ink), rest.size()) - 1;
        if (close == std::string_view::npos)
            return bad_usage("the empty list of {} is written over several lines", section.name);
        edits.push_back({colon + 1, close + 1, ""});
    } else if (section.is == yaml_node::form::list) {
        return bad_usage("the empty list of {} is not in the line of its key", section.name);
    }
    const auto newline = newline_of(in.text);
    const auto lines = as_lines(entry, style_of_others(in), newline);
    edits.push_back({line.end, 0, fmt::format("{}{}", newline, without_last_newline(lines, newline))});
    return {};
}

bool has_blank_line(std::string_view text)
{
    for (auto line = line_at(text, 0); line.next < text.size(); line = line_at(text, line.next))
        if (is_blank(text, line))
            return true;
    return false;
}

// Where the document ends: before a line "...", or at the end of the text.
std::size_t end_of_document(const baseline_text& in)
{
    const auto from = end_of_block(in.text, in.layout.sections.back().last, in.text.size());
    for (auto line = line_at(in.text, from); line.next < in.text.size();) {
        line = line_at(in.text, line.next);
        if (in.text.substr(line.begin).starts_with("..."))
            return line.begin;
    }
    return in.text.size();
}

result<void> append_section(const baseline_text& in, const new_entry& entry, std::vector<text_edit>& edits)
{
    if (in.layout.in_braces || in.layout.sections.empty())
        return bad_usage("the whole file is written in braces");
    const auto newline = newline_of(in.text);
    const auto at = end_of_document(in);
    const std::string margin(column_of(in.text, in.layout.sections.front().key), ' ');
    const auto before = in.text.substr(0, at);
    const bool ends_line = before.empty() || before.ends_with('\n');
    const bool is_apart =
        is_blank(in.text, line_at(in.text, at == 0 ? 0 : at - 1)) || !has_blank_line(in.text);
    auto lines = fmt::format("{}# {}{}{}{}:{}{}", margin, in.type.guards, newline, margin, in.type.name,
                             newline, as_lines(entry, style_of_others(in), newline));
    if (!ends_line)
        lines = fmt::format("{}{}", newline, without_last_newline(std::move(lines), newline));
    edits.push_back({at, 0, fmt::format("{}{}", is_apart ? "" : newline, lines)});
    return {};
}

// The lines of one entry, with the comment over it where that is about nothing else.
text_edit lines_of(const baseline_text& in, const section_place& section, std::size_t entry)
{
    const auto dash = beginning_of(in, section, entry);
    const auto first = line_at(in.text, dash);
    const auto margin = dash - first.begin;
    const auto last = line_at(in.text, end_with_comments(in, entry, margin));
    auto begin = first.begin;
    auto end = last.next;
    const bool neighbour_follows = entry + 1 < section.entries.size() &&
                                   line_at(in.text, beginning_of(in, section, entry + 1)).begin == last.next;
    auto comments = begin;
    while (comments > 0) {
        const auto above = line_at(in.text, comments - 1);
        if (!is_comment(in.text, above) || indentation(in.text, above) != margin)
            break;
        comments = above.begin;
    }
    if (!neighbour_follows)
        begin = comments;
    // Two blank lines would be left where there was one on either side.
    const bool blank_above = begin > 0 && is_blank(in.text, line_at(in.text, begin - 1));
    const bool blank_below = end >= in.text.size() || is_blank(in.text, line_at(in.text, end));
    if (blank_above && blank_below && entry > 0)
        begin = line_at(in.text, begin - 1).begin;
    return {begin, end - begin, ""};
}

}  // namespace

std::size_t end_of_entry(const baseline_text& in, std::size_t entry)
{
    const auto& section = *find(in.layout, in.type.name);
    const auto limit = entry + 1 < section.entries.size()
                           ? line_at(in.text, beginning_of(in, section, entry + 1)).begin
                           : limit_of(in, section);
    return end_of_block(in.text, section.entries[entry].last, limit);
}

text_edit comment_over(std::string_view text, std::size_t at, std::string_view comment)
{
    const auto line = line_at(text, at);
    return {line.begin, 0,
            fmt::format("{}# {}{}", std::string(indentation(text, line), ' '), comment, newline_of(text))};
}

result<void> insert_entry(const baseline_text& in, const new_entry& entry, std::vector<text_edit>& edits)
{
    const auto* const section = find(in.layout, in.type.name);
    if (section == nullptr)
        return append_section(in, entry, edits);
    if (section->entries.empty())
        return fill_empty_section(in, *section, entry, edits);
    return is_flow(in, *section) ? insert_into_flow(in, *section, entry, edits)
                                 : insert_into_block(in, *section, entry, edits);
}

namespace {

result<void> remove_from_flow(const baseline_text& in, const section_place& section,
                              std::span<const std::size_t> entries, std::vector<text_edit>& edits)
{
    std::vector<item_extent> extents;
    for (const auto& place : section.entries) {
        const auto end = in.text[place.at] == '{' ? end_of_flow(in.text, place.at) : std::nullopt;
        if (!end)
            return bad_usage("an entry of {} is written in an unusual way", section.name);
        extents.push_back({place.at, *end});
    }
    return cut_from_flow(in.text, section.value, extents, entries, edits);
}

}  // namespace

result<void> remove_entries(const baseline_text& in, std::span<const std::size_t> entries,
                            std::vector<text_edit>& edits)
{
    const auto* const section = find(in.layout, in.type.name);
    if (is_flow(in, *section))
        return remove_from_flow(in, *section, entries, edits);
    for (const auto entry : entries)
        if (!dash_of(in.text, section->entries[entry].at))
            return bad_usage("an entry of {} is written in an unusual way", section->name);
    for (const auto entry : entries)
        edits.push_back(lines_of(in, *section, entry));
    if (entries.size() < section->entries.size())
        return {};
    const auto key = scalar_at(in.text, section->key, section->name);
    const auto colon = key ? in.text.find_first_not_of(" \t", key->end) : std::string_view::npos;
    if (colon == std::string_view::npos || in.text[colon] != ':')
        return bad_usage("the section {} is written in an unusual way", section->name);
    edits.push_back({colon + 1, 0, " []"});
    return {};
}

}  // namespace trunkwarden
