#include "snapshot/unclaimed.hpp"

#include <algorithm>

namespace trunkwarden {
namespace {

void copy(const resource_type& type, const object_view& object, object_page& to)
{
    std::vector<std::string> values;
    for (std::size_t field = 0; field < type.fields.size(); ++field)
        values.emplace_back(object.field(field));
    to.add({.id = std::string(object.id()),
            .address = std::string(object.address()),
            .label = std::string(object.label()),
            .modified_at = std::string(object.modified_at())},
           values);
}

}  // namespace

std::string_view record_type_of(const resource_type& index, const object_view& object)
{
    const auto* field = std::ranges::find(index.fields, "record_type", &watched_field::name);
    if (field == index.fields.end())
        return {};
    return object.field(static_cast<std::size_t>(field - index.fields.begin()));
}

object_list unclaimed(const resource_type& index, const object_list& all, const claimed_connections& known)
{
    auto rest = std::make_shared<object_page>(index.fields.size());
    for (const auto& page : all)
        for (std::size_t row = 0; row < page->size(); ++row) {
            const auto object = (*page)[row];
            if (!known.ids.contains(std::string(object.address())) &&
                !known.unread_record_types.contains(record_type_of(index, object)))
                copy(index, object, *rest);
        }
    rest->shrink();
    if (rest->size() == 0)
        return {};
    return {std::move(rest)};
}

}  // namespace trunkwarden
