#include "snapshot/member_names.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t deepest_name = 6;

bool is_a_name_of_the_api(std::string_view name)
{
    constexpr std::size_t longest = 64;
    return !name.empty() && name.size() <= longest && is_lower(name.front()) &&
           std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

std::string shown(std::string_view name)
{
    return is_a_name_of_the_api(name) ? std::string(name) : "?";
}

// Which groups are opened: those that hold one of these paths.
using opened = std::set<std::string>;

bool holds_a_path(const opened& paths, const std::string& group)
{
    const auto inside = group + '.';
    const auto next = paths.lower_bound(inside);
    return next != paths.end() && next->starts_with(inside);
}

class collector {
public:
    collector(std::set<std::string>& out, const opened* only) : out_(out), only_(only) {}

    void take(json_element value, const std::string& path, std::size_t depth)
    {
        if (value.is_array())
            for (const json_element item : dom::array(value))
                take_group(item, path, depth);
        else
            take_group(value, path, depth);
    }

private:
    void take_group(json_element value, const std::string& path, std::size_t depth)
    {
        if (!value.is_object())
            return;
        for (const auto member : dom::object(value)) {
            const auto name = path.empty() ? shown(member.key) : path + '.' + shown(member.key);
            const bool is_group = member.value.is_object() || member.value.is_array();
            const bool opens =
                is_group && depth < deepest_name && (only_ == nullptr || holds_a_path(*only_, name));
            out_.insert(member.value.is_object() && !opens ? name + "{}" : name);
            if (opens)
                take(member.value, name, depth + 1);
        }
    }

    std::set<std::string>& out_;
    const opened* only_;  // nullptr: all
};

// The member of the answer that holds the items; "" where the answer is the list, or the object, itself.
std::optional<std::string_view> place_of_items(json_element body,
                                               std::span<const resource_type* const> watched,
                                               answer_about about)
{
    if (body.is_array())
        return "";
    if (!body.is_object())
        return std::nullopt;
    json_element ignored;
    if (body["data"].get(ignored) == simdjson::SUCCESS)
        return "data";
    bool may_be_bare = about == answer_about::object;
    if (!watched.empty()) {
        const auto& type = *watched.front();
        for (const auto place : type.also_at)
            if (!place.empty() && body[place].get(ignored) == simdjson::SUCCESS)
                return place;
        may_be_bare = may_be_bare || type.pages == paging::one_object || type.pages == paging::answers;
    }
    return may_be_bare ? std::optional<std::string_view>("") : std::nullopt;
}

std::size_t count_of(json_element items)
{
    if (items.is_array())
        return dom::array(items).size();
    return items.is_object() ? 1 : 0;
}

void take_around(json_element body, std::string_view items, std::set<std::string>& out)
{
    collector inner(out, nullptr);
    for (const auto member : dom::object(body)) {
        if (member.key == items)
            continue;
        const auto name = shown(member.key);
        out.insert(name);
        inner.take(member.value, name, deepest_name);
    }
}

}  // namespace

result<member_names> member_names_in(json_reader& reader, const std::string& body,
                                     std::span<const resource_type* const> watched, answer_about about)
{
    const auto root = reader.parse(body, deepest_list);
    if (!root)
        return failure{errc::not_understood, "the answer is not JSON"};
    const auto place = place_of_items(*root, watched, about);
    if (!place)
        return failure{errc::not_understood, "the answer holds no list and no object"};
    member_names out;
    auto items = *root;
    if (!place->empty()) {
        items = (*root)[*place];
        take_around(*root, *place, out.around);
    }
    const auto paths = paths_read(watched);
    out.items = count_of(items);
    collector(out.in_items, &paths).take(items, "", 1);
    return out;
}

std::set<std::string> paths_read(std::span<const resource_type* const> watched)
{
    std::set<std::string> out;
    const auto add = [&out](std::string_view path) {
        if (!path.empty())
            out.emplace(path);
    };
    for (const auto* type : watched) {
        for (const auto path : {type->id, type->address, type->label, type->label_suffix, type->last_used,
                                type->last_used_also})
            add(path);
        for (const auto path : type->other_labels)
            add(path);
        for (const auto& field : type->fields) {
            add(field.path);
            add(field.other_path);
        }
        for (const auto& wanted : type->only_when)
            add(wanted.path);
    }
    return out;
}

}  // namespace trunkwarden
