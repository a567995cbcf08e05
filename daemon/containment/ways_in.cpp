#include "containment/ways_in.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "baseline/match.hpp"
#include "containment/expired_object.hpp"
#include "containment/observe_object.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

bool is_own(const resource_type& type, const object_view& object, const monitor_identity& self)
{
    if (type.contain.protect == protected_object::own_key)
        return !self.key_id.empty() && (self.key_id == object.id() || self.key_id == object.address());
    if (type.contain.protect == protected_object::own_user)
        return (!self.user_id.empty() && self.user_id == object.id()) ||
               (!self.email.empty() && self.email == object.label());
    return false;
}

// A field that gives somebody more, or somebody else's, access; not a name.
bool opens(const watched_field& field)
{
    return std::max(field.when_changed, field.when_loosened) >= severity::high;
}

std::string name_in(const resource_type& type, const object_view& object)
{
    return fmt::format("{} {}", type.noun, printable(object.label().empty() ? object.id() : object.label()));
}

}  // namespace

// The steps `access` and `api_keys` have resources, too, that let nobody in: a tunnel, a sub-account. Those
// are of no urgency to the watch.
bool is_way_in(const resource_type& type)
{
    return type.order == urgency::access &&
           (type.step == playbook::access || type.step == playbook::api_keys);
}

void judge_way_in(const lockdown_account& by, const resource_type& type, const object_view& object,
                  ways_in& out)
{
    const auto name = name_in(type, object);
    const auto judged = judge(type, by.trusted.entries_of(type), object, by.today);
    switch (judged.verdict) {
        case trust::covered:
            if (!is_own(type, object, by.self))
                out.trusted.push_back(name);
            break;
        case trust::differs:
            if (std::ranges::any_of(judged.differing,
                                    [&type](std::size_t at) { return opens(type.fields[at]); }))
                out.open.push_back(fmt::format("{} differs from the baseline", name));
            else
                out.trusted.push_back(name);
            break;
        case trust::expired:
            out.open.push_back(
                fmt::format("{} was trusted until {} only", name, iso_date(*judged.by->expires)));
            break;
        case trust::unknown:
            if (!is_own(type, object, by.self) && !is_switched_off(type, object) &&
                !has_expired(type, object, by.today))
                out.open.push_back(fmt::format("{} is unknown", name));
            break;
    }
}

task<ways_in> look_for_ways_in(account& watched, const lockdown_account& by)
{
    ways_in out;
    for (std::size_t resource = 0; resource < watched.config.types.size(); ++resource) {
        const auto& type = watched.config.types[resource];
        if (!is_way_in(type))
            continue;
        const auto objects = co_await observe_objects(watched, resource, unreadable_objects_are::a_failure);
        if (!objects) {
            out.open.push_back(fmt::format("{} could not be read ({}): look at it in the portal", type.name,
                                           printable(objects.error().message, 300)));
            continue;
        }
        for (const auto& object : *objects)
            if (object.is_reported())
                judge_way_in(by, type, object.seen(), out);
    }
    co_return out;
}

}  // namespace trunkwarden
