#include "baseline/file/entry_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>
#include <utility>

#include "baseline/file/baseline_keys.hpp"
#include "baseline/file/read_value.hpp"
#include "baseline/wildcard.hpp"
#include "snapshot/canonical.hpp"
#include "support/parse_date.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

// The scalars of a value that may be one or a list of them; another shape is refused.
template <class Read>
void for_each_scalar(const yaml_node& value, Read read)
{
    if (value.is != yaml_node::form::list)
        return read(value);
    for (const auto& item : value.items)
        read(item);
}

// An id written twice is pinned once. Only then does the order change.
void drop_repeated(std::vector<std::string>& pins)
{
    std::unordered_set<std::string_view> seen;
    for (const auto& pin : pins)
        seen.insert(pin);
    if (seen.size() == pins.size())
        return;
    std::ranges::sort(pins);
    pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
}

bool is_nested(const yaml_node& node)
{
    return node.is == yaml_node::form::list || node.is == yaml_node::form::map;
}

}  // namespace

entry_reader::entry_reader(const resource_type& type, problem_list& problems)
    : type_(type), problems_(problems), known_(entry_keys(type)), identity_field_(field_named(type.id))
{
}

std::optional<entry> entry_reader::read(yaml_node&& node)
{
    const auto problems_before = problems_.count();
    entry_ = {};
    entry_.where.reserve(node.members.size());  // 100,000 entries are kept: no room for more than there is
    entry_.line = node.members.empty() ? node.at.line : node.members.front().at.line;
    if (node.is == yaml_node::form::list || node.is == yaml_node::form::scalar)
        refuse(node.at, fmt::format("an entry of {} must be a map of keys", type_.name));
    for (auto& member : node.members)
        read_member(member, member.name);
    if (problems_.count() != problems_before)
        return std::nullopt;

    if (entry_.pins.empty() && identity_field_)
        pin_by_identity();
    if (entry_.where.empty() && entry_.pins.empty())
        refuse(node.at,
               fmt::format("this entry names no field and would trust every object of {}", type_.name));
    if (problems_.count() != problems_before)
        return std::nullopt;
    if (type_.id.empty())
        entry_.pins.emplace_back(type_.name);
    if (entry_.pins.size() > 1)
        drop_repeated(entry_.pins);
    std::ranges::sort(entry_.where, {}, &constraint::field);
    entry_.where.shrink_to_fit();
    return std::move(entry_);
}

void entry_reader::read_member(yaml_member& member, const std::string& path)
{
    if (const auto field = field_named(path))
        return read_field(*field, member);
    if (names_the_object(type_, path))
        return read_ids(member);
    if (path == "reason")
        return read_note(path, member.value, entry_.reason);
    if (path == "approved_by")
        return read_note(path, member.value, entry_.approved_by);
    if (path == "ticket")
        return read_note(path, member.value, entry_.ticket);
    if (path == "expires")
        return read_expiry(member);
    if (is_group(path) && member.value.is == yaml_node::form::map)
        return read_group(member, path);
    refuse_unknown(member, path);
}

// `outbound: {channel_limit: 5}` is another way to write `outbound.channel_limit: 5`.
void entry_reader::read_group(yaml_member& group, const std::string& path)
{
    for (auto& member : group.value.members)
        read_member(member, path + "." + member.name);
}

void entry_reader::read_field(std::uint16_t field, yaml_member& member)
{
    const auto& about = type_.fields[field];
    if (about.kind == value_kind::secret)
        return refuse(member.at,
                      fmt::format("{} is a secret and cannot be written in a baseline; a change of it is "
                                  "noticed without",
                                  about.name));
    if (std::ranges::find(entry_.where, field, &constraint::field) != entry_.where.end())
        return refuse(member.at, fmt::format("{} is in this entry twice", about.name));
    auto& wanted = entry_.where.emplace_back();
    wanted.field = field;
    wanted.line = member.at.line;
    if (holds_a_set(about.kind))
        read_set(field, member.value, wanted);
    else
        read_values(field, member.value, wanted);
}

void entry_reader::read_values(std::uint16_t field, const yaml_node& value, constraint& into)
{
    const auto& about = type_.fields[field];
    if (value.is == yaml_node::form::list && value.items.empty())
        refuse(value.at,
               fmt::format("{} is an empty list, which accepts nothing; leave it out to accept anything, or "
                           "write \"\" for no value",
                           about.name));
    into.any_of.reserve(std::max<std::size_t>(value.items.size(), 1));
    for_each_scalar(value, [this, &about, &into](const yaml_node& node) {
        if (is_nested(node))
            return refuse(node.at, fmt::format("{} must be a value or a list of values", about.name));
        auto accepted = read_value(about.kind, node.text);
        if (!accepted)
            return refuse(node.at, fmt::format("{} {}", about.name, accepted.error().message));
        if (names_number_without_plus(about, *accepted))
            return refuse(node.at, fmt::format("{} must begin with + and the country code, unlike {}",
                                               about.name, quoted_text(node.text)));
        into.any_of.push_back(std::move(*accepted));
    });
}

// Only other fields may hold an extension.
bool entry_reader::names_number_without_plus(const watched_field& field, const accepted_value& value) const
{
    return field.kind == value_kind::e164 && field.name == type_.id &&
           value.kind == accepted_value::form::exact && !value.text.empty() && !value.text.starts_with('+');
}

void entry_reader::read_set(std::uint16_t field, const yaml_node& value, constraint& into)
{
    const auto& about = type_.fields[field];
    std::vector<std::string> members;
    for_each_scalar(value, [this, &about, &members, &value](const yaml_node& node) {
        if (is_nested(node))
            return refuse(node.at, fmt::format("{} must be a list of values", about.name));
        if (&node == &value && node.text.empty())
            return;  // null or "" instead of a list: the empty set
        auto member = trunkwarden::read_member(about.kind, node.text);
        if (!member)
            return refuse(node.at, fmt::format("{} {}", about.name, member.error().message));
        members.push_back(std::move(*member));
    });
    into.any_of.push_back({accepted_value::form::exact, canonical_set(about.kind, std::move(members))});
}

void entry_reader::read_ids(const yaml_member& member)
{
    const auto& value = member.value;
    if (!entry_.pins.empty())
        return refuse(member.at, fmt::format("id and {} name the same thing; write one of them", type_.id));
    if (value.is == yaml_node::form::list && value.items.empty())
        return refuse(value.at, "id is an empty list; name at least one object, or leave it out for a rule");
    for_each_scalar(value, [this](const yaml_node& node) {
        if (is_nested(node))
            return refuse(node.at, "id must be an id or a list of ids");
        if (node.text.empty())
            return refuse(node.at, "id cannot be empty");
        if (has_wildcard(node.text))
            return refuse(node.at,
                          fmt::format("id cannot hold a wildcard, as {} does; without an id an entry covers "
                                      "every object that matches",
                                      quoted_text(node.text)));
        entry_.pins.push_back(unescaped(node.text));
    });
}

void entry_reader::read_note(std::string_view name, const yaml_node& value, std::string& into)
{
    if (is_nested(value))
        return refuse(value.at, fmt::format("{} must be a text", name));
    into = value.text;
}

void entry_reader::read_expiry(const yaml_member& member)
{
    const auto& value = member.value;
    entry_.expires_line = member.at.line;
    entry_.expires = parse_date(value.text);
    if (!entry_.expires)
        refuse(value.at, fmt::format("expires must be a day of the calendar, written as 2027-03-31, not {}{}",
                                     quoted_text(value.text), date_suggestion(value.text)));
}

// An entry that names whole values of the identity field names objects by it; the constraint then says
// nothing more.
void entry_reader::pin_by_identity()
{
    const auto identity = std::ranges::find(entry_.where, *identity_field_, &constraint::field);
    if (identity == entry_.where.end())
        return;
    const bool all_exact = std::ranges::all_of(identity->any_of, [](const accepted_value& value) {
        return value.kind == accepted_value::form::exact && !value.text.empty();
    });
    if (!all_exact)
        return;
    entry_.pins.reserve(identity->any_of.size());
    for (auto& value : identity->any_of)
        entry_.pins.push_back(std::move(value.text));
    entry_.where.erase(identity);
}

void entry_reader::refuse_unknown(const yaml_member& member, const std::string& path)
{
    if (is_group(path))
        return refuse(member.at,
                      fmt::format("{} is a group of fields; write a map, or {}.FIELD", path, path));
    if (path == "id")
        return refuse(member.at, fmt::format("{} is one object and has no id", type_.name));
    refuse(member.at, fmt::format("unknown key {}{}", quoted_text(path), suggestion(path, known_)));
}

std::optional<std::uint16_t> entry_reader::field_named(std::string_view path) const
{
    for (std::size_t at = 0; at < type_.fields.size(); ++at)
        if (type_.fields[at].name == path)
            return static_cast<std::uint16_t>(at);
    return std::nullopt;
}

bool entry_reader::is_group(std::string_view path) const
{
    return std::ranges::any_of(type_.fields, [path](const watched_field& field) {
        return field.name.size() > path.size() && field.name.starts_with(path) &&
               field.name[path.size()] == '.';
    });
}

}  // namespace trunkwarden
