#include "baseline/edit/value_edit.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "baseline/edit/scalar_style.hpp"
#include "baseline/edit/text_edit.hpp"

namespace trunkwarden {

namespace {

bool is_flow(std::string_view text, const yaml_node& list)
{
    return list.at.offset < text.size() && text[list.at.offset] == '[';
}

// The places of a list's scalars.
result<std::vector<item_extent>> extents_of(std::string_view text, const yaml_member& key)
{
    std::vector<item_extent> out;
    for (const auto& item : key.value.items) {
        const auto place =
            item.is == yaml_node::form::scalar ? scalar_at(text, item.at.offset, item.text) : std::nullopt;
        if (!place)
            return bad_usage("line {}: a value of {} is written over several lines", item.at.line, key.name);
        out.push_back({place->begin, place->end});
    }
    return out;
}

char quote_at(std::string_view text, const item_extent& item)
{
    return text[item.begin] == '"' || text[item.begin] == '\'' ? text[item.begin] : '\0';
}

bool has_comment(std::string_view text, std::size_t open, std::span<const item_extent> extents,
                 std::size_t close)
{
    std::size_t from = open;
    for (const auto& item : extents) {
        if (text.substr(from, item.begin - from).find('#') != std::string_view::npos)
            return true;
        from = item.end;
    }
    return text.substr(from, close - from).find('#') != std::string_view::npos;
}

// Whether the line holds nothing but the item, its comma and a comment.
bool is_alone_in_line(std::string_view text, const item_extent& item)
{
    const auto line = line_at(text, item.begin);
    const auto before = text.substr(line.begin, item.begin - line.begin);
    auto after = item.end > line.end ? std::string_view("x") : text.substr(item.end, line.end - item.end);
    after.remove_prefix(std::min(after.find_first_not_of(" \t"), after.size()));
    if (after.starts_with(','))
        after.remove_prefix(1);
    after.remove_prefix(std::min(after.find_first_not_of(" \t"), after.size()));
    return before.find_first_not_of(" \t") == std::string_view::npos && (after.empty() || after[0] == '#');
}

result<void> cut_lines(std::string_view text, std::span<const item_extent> extents,
                       std::span<const std::size_t> gone, std::vector<text_edit>& edits)
{
    for (const auto index : gone) {
        if (!is_alone_in_line(text, extents[index]))
            return bad_usage(
                "the list has comments in it, and the value to take out does not have a line of its own");
        const auto line = line_at(text, extents[index].begin);
        edits.push_back({line.begin, line.next - line.begin, ""});
    }
    return {};
}

// The lines of a block list's items: "- value", and perhaps a comment.
result<void> check_block_items(std::string_view text, std::span<const item_extent> extents)
{
    for (const auto& item : extents) {
        const auto line = line_at(text, item.begin);
        const auto before = text.substr(line.begin, item.begin - line.begin);
        const auto dash = before.find_first_not_of(' ');
        const bool simple = dash != std::string_view::npos && before[dash] == '-' &&
                            before.find_first_not_of(" \t", dash + 1) == std::string_view::npos;
        if (!simple || item.end > line.end)
            return bad_usage("a value of the list does not have a line of its own, with its dash");
    }
    return {};
}

result<void> change_block(std::string_view text, const yaml_member& key, std::span<const item_extent> extents,
                          const list_change& rest, std::vector<text_edit>& edits)
{
    if (auto fine = check_block_items(text, extents); !fine)
        return fine;
    for (const auto index : rest.gone) {
        const auto line = line_at(text, extents[index].begin);
        edits.push_back({line.begin, line.next - line.begin, ""});
    }
    if (rest.gone.size() == extents.size() && !extents.empty()) {
        const auto colon = end_of_key(text, key);
        if (!colon)
            return colon.error();
        edits.push_back({*colon, 0, " []"});
    }
    const auto& last = extents.back();
    const auto line = line_at(text, last.begin);
    for (const auto& value : rest.fresh)
        edits.push_back(
            {line.end, 0,
             fmt::format("{}{}{}", newline_of(text), text.substr(line.begin, last.begin - line.begin),
                         scalar_in_style(value, quote_at(text, last)))});
    return {};
}

result<void> change_flow(std::string_view text, const yaml_member& key, std::span<const item_extent> extents,
                         const list_change& rest, std::vector<text_edit>& edits)
{
    const std::size_t open = key.value.at.offset;
    const auto close = end_of_flow(text, open);
    if (!close)
        return bad_usage("line {}: the end of the list is not found", key.value.at.line);
    if (extents.empty() && !rest.fresh.empty()) {
        if (has_comment(text, open, extents, *close))
            return bad_usage("the empty list has a comment in it");
        std::string list = "[";
        for (const auto& value : rest.fresh)
            list += (list.size() > 1 ? ", " : "") + scalar_in_style(value, '\0');
        edits.push_back({open, *close - open, list + ']'});
        return {};
    }
    if (!rest.gone.empty())
        return cut_from_flow(text, open, extents, rest.gone, edits);
    for (const auto& value : rest.fresh)
        if (auto added = add_to_flow(text, open, extents,
                                     scalar_in_style(value, quote_at(text, extents.back())), edits);
            !added)
            return added;
    return {};
}

}  // namespace

const yaml_member* find_member(const yaml_node& map, std::string_view path)
{
    for (const auto& member : map.members) {
        if (member.name == path)
            return &member;
        if (member.value.is == yaml_node::form::map && path.size() > member.name.size() &&
            path.starts_with(member.name) && path[member.name.size()] == '.')
            if (const auto* const inside = find_member(member.value, path.substr(member.name.size() + 1)))
                return inside;
    }
    return nullptr;
}

result<std::size_t> end_of_key(std::string_view text, const yaml_member& key)
{
    const auto place = scalar_at(text, key.at.offset, key.name);
    auto colon = place ? text.find_first_not_of(" \t", place->end) : std::string_view::npos;
    if (colon == std::string_view::npos || text[colon] != ':')
        return bad_usage("line {}: the key {} is written in an unusual way", key.at.line, key.name);
    return colon + 1;
}

result<void> replace_scalar(std::string_view text, const yaml_node& value, std::string_view with,
                            std::vector<text_edit>& edits)
{
    const auto place = scalar_at(text, value.at.offset, value.text);
    if (!place)
        return bad_usage("line {}: the value is written over several lines", value.at.line);
    edits.push_back({place->begin, place->end - place->begin, scalar_in_style(with, place->quote)});
    return {};
}

result<void> set_one(std::string_view text, const yaml_member& key, std::string_view value,
                     std::vector<text_edit>& edits)
{
    if (key.value.is == yaml_node::form::scalar)
        return replace_scalar(text, key.value, value, edits);
    if (key.value.is == yaml_node::form::list && !key.value.items.empty()) {
        for (const auto& item : key.value.items)  // the same value, perhaps more than once
            if (auto replaced = replace_scalar(text, item, value, edits); !replaced)
                return replaced;
        return {};
    }
    const auto colon = end_of_key(text, key);
    if (!colon)
        return colon.error();
    const auto line = line_at(text, *colon);
    const auto rest = text.substr(*colon, line.end - *colon);
    const auto ink = rest.find_first_not_of(" \t");
    if (ink == std::string_view::npos || rest[ink] == '#' || rest[ink] == ',' || rest[ink] == '}') {
        edits.push_back({*colon, 0, ' ' + scalar_in_style(value, '\0')});
        return {};
    }
    for (const std::string_view null : {"~", "null", "Null", "NULL"})
        if (rest.substr(ink).starts_with(null)) {
            edits.push_back({*colon + ink, null.size(), scalar_in_style(value, '\0')});
            return {};
        }
    return bad_usage("line {}: the value of {} is written in an unusual way", key.at.line, key.name);
}

result<void> change_list(std::string_view text, const yaml_member& key, const list_change& change,
                         std::vector<text_edit>& edits)
{
    const auto extents = extents_of(text, key);
    if (!extents)
        return extents.error();
    list_change rest = change;
    while (!rest.gone.empty() && !rest.fresh.empty()) {
        const auto& item = (*extents)[rest.gone.front()];
        edits.push_back(
            {item.begin, item.end - item.begin, scalar_in_style(rest.fresh.front(), quote_at(text, item))});
        rest.gone.erase(rest.gone.begin());
        rest.fresh.erase(rest.fresh.begin());
    }
    if (rest.gone.empty() && rest.fresh.empty())
        return {};
    if (is_flow(text, key.value))
        return change_flow(text, key, *extents, rest, edits);
    if (extents->empty())
        return bad_usage("line {}: {} has no list to add to", key.at.line, key.name);
    return change_block(text, key, *extents, rest, edits);
}

result<void> cut_from_flow(std::string_view text, std::size_t open, std::span<const item_extent> extents,
                           std::span<const std::size_t> gone, std::vector<text_edit>& edits)
{
    const auto close = end_of_flow(text, open);
    if (!close)
        return bad_usage("the end of the list is not found");
    if (has_comment(text, open, extents, *close))
        return cut_lines(text, extents, gone, edits);
    if (gone.size() == extents.size()) {
        edits.push_back({open, *close - open, "[]"});
        return {};
    }
    std::size_t kept_up_to = extents.size();  // behind the last item that stays
    while (std::ranges::find(gone, kept_up_to - 1) != gone.end())
        --kept_up_to;
    if (kept_up_to < extents.size())
        edits.push_back({extents[kept_up_to - 1].end, extents.back().end - extents[kept_up_to - 1].end, ""});
    for (const auto index : gone)
        if (index < kept_up_to)
            edits.push_back({extents[index].begin, extents[index + 1].begin - extents[index].begin, ""});
    return {};
}

result<void> add_to_flow(std::string_view text, std::size_t open, std::span<const item_extent> extents,
                         std::string_view item, std::vector<text_edit>& edits)
{
    const auto close = end_of_flow(text, open);
    if (!close || extents.empty())
        return bad_usage("the end of the list is not found");
    const auto& last = extents.back();
    const auto line = line_at(text, last.begin);
    const auto before = text.substr(line.begin, last.begin - line.begin);
    const bool begins_line = before.find_first_not_of(" \t") == std::string_view::npos;
    const auto separator = begins_line ? fmt::format("{}{}", newline_of(text), before) : std::string(" ");
    if (!has_comment(text, open, extents, *close)) {
        edits.push_back({last.end, 0, fmt::format(",{}{}", separator, item)});
        return {};
    }
    // Behind the last one it would come between that and its comment.
    if (!begins_line)
        return bad_usage("the list has comments in it, and its last value does not have a line of its own");
    edits.push_back({last.begin, 0, fmt::format("{},{}", item, separator)});
    return {};
}

}  // namespace trunkwarden
