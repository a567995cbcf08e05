#include "account/cross_reference.hpp"

#include <algorithm>

namespace trunkwarden {
namespace {

// Every object of the resources that `picks` accepts.
template <class Picks, class Visit>
void for_each_object(const account_view& view, Picks picks, Visit visit)
{
    for (std::size_t resource = 0; resource < view.coverage.size(); ++resource) {
        if (!picks(view.type_of(resource)))
            continue;
        for_each(view.objects[resource], visit);
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

}  // namespace

object_names names_in(const account_view& view)
{
    object_names names;
    for_each_object(view, others_point_to, [&names](const object_view& object) {
        names.try_emplace(std::string(object.address()), object.label());
    });
    return names;
}

object_names every_name_in(const account_view& view)
{
    object_names names;
    const auto has_ids = [](const resource_type& type) {
        return has_ids_of_the_api(type) &&
               std::none_of(type.fields.begin(), type.fields.end(), [&type](const watched_field& field) {
                   return field.name == type.id && field.kind == value_kind::e164;
               });
    };
    for_each_object(view, has_ids, [&names](const object_view& object) {
        if (object.label() == object.id())
            return;
        names.try_emplace(std::string(object.address()), object.label());
        names.try_emplace(std::string(object.id()), object.label());
    });
    return names;
}

audited_object object_named(const account_view& view, std::string_view id)
{
    audited_object out;
    if (id.empty())
        return out;
    for (std::size_t resource = 0; resource < view.coverage.size() && out.type == nullptr; ++resource)
        if (has_ids_of_the_api(view.type_of(resource)))
            for_each(view.objects[resource], [&](const object_view& object) {
                if (object.address() == id || object.id() == id)
                    out = {&view.type_of(resource), std::string(object.label())};
            });
    return out;
}

std::vector<std::string> users_past_single_sign_on(const account_view& view)
{
    std::vector<std::string> out;
    const auto bypasses = [](const watched_field& field) {
        return field.name == "organization_user_bypasses_sso";
    };
    for (std::size_t resource = 0; resource < view.coverage.size(); ++resource) {
        const auto& fields = view.type_of(resource).fields;
        const auto* field = std::find_if(fields.begin(), fields.end(), bypasses);
        if (field == fields.end() || view.type_of(resource).is_extra)
            continue;
        const auto bypass = static_cast<std::size_t>(field - fields.begin());
        for_each(view.objects[resource], [&](const object_view& object) {
            if (object.field(bypass) == "true")
                out.emplace_back(object.label());
        });
    }
    return out;
}

claimed_connections claimed_by_lists(const account_view& view)
{
    claimed_connections known;
    for_each_object(view, is_a_connection,
                    [&known](const object_view& object) { known.ids.emplace(object.address()); });
    for (std::size_t resource = 0; resource < view.coverage.size(); ++resource) {
        const auto& type = view.type_of(resource);
        if (!is_a_connection(type))
            continue;
        // An object that is counted and not listed is what only the index may show.
        const auto& seen = view.coverage[resource];
        if (!(seen.was_read() && seen.unreadable.empty()))
            known.unread_record_types.insert(type.record_type);
    }
    return known;
}

bool is_index(const account_view& view, const polled_list& list)
{
    return is_index(view.type_of(list.resources.front()));
}

std::vector<polled_list*> stale_typed_lists(account_view& view, const list_contents& index)
{
    const auto found =
        std::ranges::find_if(view.lists, [&view](const polled_list& list) { return is_index(view, list); });
    if (found == view.lists.end())
        return {};
    const auto& index_type = view.type_of(found->resources.front());
    std::unordered_set<std::string_view> doubtful;
    const auto rest = unclaimed(index_type, objects_of(index, 0), claimed_by_lists(view));
    for (const auto& page : rest)
        for (std::size_t row = 0; row < page->size(); ++row)
            doubtful.insert(record_type_of(index_type, (*page)[row]));

    std::vector<polled_list*> out;
    for (auto& list : view.lists) {
        const auto& type = view.type_of(list.resources.front());
        if (is_a_connection(type) && doubtful.contains(type.record_type))
            out.push_back(&list);
    }
    return out;
}

}  // namespace trunkwarden
