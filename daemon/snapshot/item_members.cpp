#include "snapshot/item_members.hpp"

#include <cstddef>

#include "snapshot/repeated_member.hpp"

namespace trunkwarden {

namespace dom = simdjson::dom;

bool item_members::read(json_element item)
{
    names_.clear();
    values_.clear();
    dom::object object;
    if (item.get_object().get(object) != simdjson::SUCCESS)
        return false;
    for (const auto member : object) {
        names_.push_back(member.key);
        values_.push_back(member.value);
    }
    return true;
}

std::optional<item_members::step> item_members::first_step(std::string_view path) const
{
    const auto dot = path.find('.');
    const auto name = path.substr(0, dot);
    for (std::size_t at = 0; at < names_.size(); ++at)
        if (names_[at] == name)
            return step{values_[at],
                        dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1)};
    return std::nullopt;
}

std::string item_members::text_at(std::string_view path) const
{
    const auto step = first_step(path);
    return step ? trunkwarden::text_at(step->value, step->rest) : std::string{};
}

bool item_members::is_null_at(std::string_view path) const
{
    const auto found = path.empty() ? std::nullopt : scalar_at(path);
    return found && found->is_null();
}

std::optional<json_element> item_members::scalar_at(std::string_view path) const
{
    const auto step = first_step(path);
    return step ? trunkwarden::scalar_at(step->value, step->rest) : std::nullopt;
}

bool item_members::has_object_at(std::string_view path) const
{
    const auto step = first_step(path);
    return step && leads_to_object(step->value, step->rest);
}

std::optional<std::string_view> item_members::shown_object(const resource_type& type) const
{
    if (!type.label.empty() && has_object_at(type.label))
        return type.label;
    for (const watched_field& field : type.fields)
        if (field.kind != value_kind::secret && has_object_at(field.path))
            return field.path;
    return std::nullopt;
}

std::string item_members::field_text(const watched_field& field) const
{
    const auto text_of = [this, &field](std::string_view path) {
        const auto step = first_step(path);
        return step ? trunkwarden::field_text(step->value, step->rest, field.kind) : std::string{};
    };
    auto text = text_of(field.path);
    return text.empty() && !field.other_path.empty() ? text_of(field.other_path) : text;
}

bool item_members::holds(const condition& wanted) const
{
    const auto value = scalar_at(wanted.path);
    return value && is_set(*value, wanted.unless);
}

std::optional<std::string> item_members::repeated(std::span<const std::string_view> parts) const
{
    return repeated_member(names_, values_, parts);
}

}  // namespace trunkwarden
