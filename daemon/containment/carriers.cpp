#include "containment/carriers.hpp"

#include <algorithm>
#include <string_view>

#include "containment/lockdown_plan.hpp"
#include "snapshot/field_of.hpp"
#include "use/traffic.hpp"

namespace trunkwarden {
namespace {

std::string text_of(const deviation& found, std::string_view name)
{
    const auto field = std::ranges::find(found.fields, name, &field_difference::field);
    if (field == found.fields.end())
        return {};
    return value_seen(*field);
}

// The value of a field of the connection, for any kind of connection; "" where none has it.
std::string followed(const account& watched, std::string_view connection, std::string_view field)
{
    std::string out;
    for (std::size_t place = 0; place < watched.view.objects.size() && out.empty(); ++place) {
        const auto& type = watched.config.types[place];
        if (type.is_extra || std::ranges::find(type.fields, field, &watched_field::name) == type.fields.end())
            continue;
        for_each(watched.view.objects[place], [&](const object_view& object) {
            if (out.empty() && object.id() == connection)
                out = field_of(type, object, field);
        });
    }
    return out;
}

// The id of the object that carries the use; "" where the finding leads to none. A finding about running
// calls has the id of the connection that it is about.
std::string named_carrier(const account& watched, const deviation& found, const carrier& way)
{
    auto named = text_of(found, way.named_by);
    if (named.empty() && found.type->role == resource_role::active_calls)
        named = found.id;
    return way.through.empty() || named.empty() ? named : followed(watched, named, way.through);
}

// A thief whose calls no connection shows is stopped by switching off all that such calls can go through.
bool may_go_through_all(const deviation& found, const carrier& way)
{
    const auto product = text_of(found, "product");
    return way.named_by.empty() ||
           std::ranges::find(way.all_for, std::string_view(product)) != way.all_for.end();
}

// A profile that a sender goes through may carry the calls of others: it stays on where the sender itself can
// be switched off, or is off already.
bool is_spared(const account& watched, const deviation& found, const carrier& way)
{
    if (way.through.empty())
        return false;
    return std::ranges::any_of(found.type->carried_by, [&](const carrier& other) {
        const auto sender = other.through.empty() && !other.named_by.empty()
                                ? named_carrier(watched, found, other)
                                : std::string();
        bool is_listed = false;
        if (!sender.empty())
            for_each(watched.view.objects[place_of_resource(watched.config, other.resource).value()],
                     [&](const object_view& object) { is_listed = is_listed || object.id() == sender; });
        return is_listed;
    });
}

// Adds the objects of this kind that are on: all of them, or the one that is wanted.
void add_those_on(const account& watched, std::size_t place, const std::string& wanted, carriers& to)
{
    const auto& type = watched.config.types[place];
    if (!watched.view.coverage[place].was_read())
        to.unread.emplace_back(type.name);  // the last reading still proves presence
    for_each(watched.view.objects[place], [&](const object_view& object) {
        if ((wanted.empty() || object.id() == wanted) && !is_switched_off(type, object))
            to.on.push_back({place, std::string(object.id()), std::string(object.address())});
    });
}

}  // namespace

carriers carriers_of(const account& watched, const deviation& found)
{
    carriers out;
    if (text_of(found, "connection_id") == several_senders)
        return out;  // an honest one may be among them
    for (const auto& way : found.type->carried_by) {
        if (is_spared(watched, found, way))
            continue;
        const auto wanted = way.named_by.empty() ? std::string() : named_carrier(watched, found, way);
        if (!wanted.empty() || may_go_through_all(found, way))
            add_those_on(watched, place_of_resource(watched.config, way.resource).value(), wanted, out);
    }
    return out;
}

}  // namespace trunkwarden
