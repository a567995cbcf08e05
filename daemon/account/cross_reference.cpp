#include "account/cross_reference.hpp"

#include <algorithm>

namespace trunkwarden {
namespace {

// Every object of the resources that `picks` accepts.
template <class Picks, class Visit>
void for_each_object(const account& watched, Picks picks, Visit visit)
{
    for (std::size_t resource = 0; resource < watched.types.size(); ++resource) {
        if (!picks(watched.types[resource]))
            continue;
        for_each(watched.objects[resource], visit);
    }
}

bool is_a_connection(const resource_type& type)
{
    return !type.record_type.empty();
}

bool others_point_to(const resource_type& type)
{
    return is_a_connection(type) || type.role == resource_role::outbound_profiles ||
           type.role == resource_role::messaging_profiles;
}

const watched_list* index_of(const account& watched)
{
    const auto found = std::ranges::find_if(watched.lists, [&watched](const watched_list& list) {
        return is_index(watched.types[list.watchers.front()]);
    });
    return found == watched.lists.end() ? nullptr : &*found;
}

}  // namespace

namebook names_in(const account& watched)
{
    namebook names;
    for_each_object(watched, others_point_to, [&names](const object_view& object) {
        names.try_emplace(std::string(object.address()), object.label());
    });
    return names;
}

namebook every_name_in(const account& watched)
{
    namebook names;
    const auto has_ids = [](const resource_type& type) {
        return std::none_of(type.fields.begin(), type.fields.end(), [&type](const watched_field& field) {
            return field.name == type.id && field.kind == value_kind::e164;
        });
    };
    for_each_object(watched, has_ids, [&names](const object_view& object) {
        if (object.label() == object.id())
            return;
        names.try_emplace(std::string(object.address()), object.label());
        names.try_emplace(std::string(object.id()), object.label());
    });
    return names;
}

audited_object object_named(const account& watched, std::string_view id)
{
    audited_object out;
    if (id.empty())
        return out;
    for (std::size_t resource = 0; resource < watched.types.size() && out.type == nullptr; ++resource)
        for_each(watched.objects[resource], [&](const object_view& object) {
            if (object.address() == id || object.id() == id)
                out = {&watched.types[resource], std::string(object.label())};
        });
    return out;
}

std::vector<std::string> users_past_single_sign_on(const account& watched)
{
    std::vector<std::string> out;
    const auto bypasses = [](const watched_field& field) {
        return field.name == "organization_user_bypasses_sso";
    };
    for (std::size_t resource = 0; resource < watched.types.size(); ++resource) {
        const auto& fields = watched.types[resource].fields;
        const auto* field = std::find_if(fields.begin(), fields.end(), bypasses);
        if (field == fields.end())
            continue;
        const auto bypass = static_cast<std::size_t>(field - fields.begin());
        for_each(watched.objects[resource], [&](const object_view& object) {
            if (object.field(bypass) == "true")
                out.emplace_back(object.label());
        });
    }
    return out;
}

listed_elsewhere known_elsewhere(const account& watched)
{
    listed_elsewhere known;
    for_each_object(watched, is_a_connection,
                    [&known](const object_view& object) { known.ids.emplace(object.address()); });
    for (std::size_t resource = 0; resource < watched.types.size(); ++resource) {
        const auto& type = watched.types[resource];
        if (!is_a_connection(type))
            continue;
        if (watched.seen[resource].state != reading_state::complete)
            known.unread_record_types.insert(type.record_type);
    }
    return known;
}

std::vector<watched_list*> lists_to_read_again(account& watched, const list_contents& index)
{
    const auto* list = index_of(watched);
    if (list == nullptr)
        return {};
    const auto& index_type = watched.types[list->watchers.front()];
    std::unordered_set<std::string_view> doubtful;
    const auto rest = leftovers(index_type, objects_of(index, 0), known_elsewhere(watched));
    for (const auto& page : rest)
        for (std::size_t row = 0; row < page->size(); ++row)
            doubtful.insert(record_type_of(index_type, (*page)[row]));

    std::vector<watched_list*> out;
    for (auto& typed : watched.lists)
        if (is_a_connection(watched.types[typed.watchers.front()]) &&
            doubtful.contains(watched.types[typed.watchers.front()].record_type))
            out.push_back(&typed);
    return out;
}

}  // namespace trunkwarden
