#include "watch/own_work.hpp"

#include <algorithm>
#include <utility>

#include "containment/observed_object.hpp"

namespace trunkwarden {
namespace {

// The date of the object replaces a secret that is not shown: it must be the one that lockdown saw.
void accept_secrets_of(account_memory& memory, const resource_type& type, const object_view& object,
                       const own_change& change)
{
    const bool has_its_date = object.modified_at() == change.date_after;
    for (std::size_t field = 0; field < type.fields.size(); ++field) {
        const bool is_new_secret =
            type.fields[field].kind == value_kind::secret && type.fields[field].name == change.secret;
        if (is_new_secret && (object.field(field) != not_shown || has_its_date))
            memory.secrets.accept(type, object.id(), type.fields[field].name, object.field(field),
                                  object.modified_at());
    }
    if (has_its_date && !change.date_before.empty())
        memory.secrets.note_own_write(type, object, change.date_before, change.date_after);
}

// Any other deviation of a trusted object is somebody else's.
bool is_all_own(const deviation& seen, const own_change& change)
{
    if (change.fields.empty())
        return false;
    return !is_change_of_trusted(seen) ||
           std::ranges::all_of(seen.fields, [&change](const field_difference& differs) {
               return change.fields.contains(differs.field);
           });
}

// Somebody else changed the object, too: the values that lockdown wrote are not put back with the rest.
void leave_own_fields(account_memory& memory, const account_io& io, deviation& seen, const own_change& change)
{
    const auto is_own = [&change](const field_difference& differs) {
        return change.fields.contains(differs.field);
    };
    if (!is_change_of_trusted(seen) || std::ranges::none_of(seen.fields, is_own))
        return;
    for (const auto& differs : seen.fields)
        if (is_own(differs))
            memory.stopped.add(seen.type->name, seen.id, differs.field, value_seen(differs), io.now());
    std::erase_if(seen.fields, is_own);
}

}  // namespace

void note_own_change(account& account, own_change told)
{
    const auto resource = place_of_resource(account.config, told.resource);
    if (!resource)
        return;
    account.memory.own_changes.take(std::move(told), account.io.now());
    if (auto* const list = list_with(account.view, *resource))
        list->evaluated_for_day.reset();
}

void take_own_work(account& account, std::size_t resource, const object_list& objects,
                   const observation& observation)
{
    auto& changes = account.memory.own_changes;
    changes.forget(account.io.now());
    if (changes.empty())
        return;
    const auto& type = account.config.types[resource];
    for_each(objects, [&](const object_view& object) {
        if (!changes.knows(type.name, object.id()))
            return;
        const auto* change =
            changes.that_left(type.name, object.id(), state_of(type, object), observation.began);
        if (change == nullptr)
            return;
        accept_secrets_of(account.memory, type, object, *change);
        changes.note_seen(*change, observation.began);
    });
}

std::vector<deviation> set_own_work_aside(account& account, std::size_t resource,
                                          std::vector<deviation>& deviations, const observation& observation)
{
    std::vector<deviation> out;
    const auto& changes = account.memory.own_changes;
    if (changes.empty())
        return out;
    const auto& type = account.config.types[resource];
    auto* const list = list_with(account.view, resource);
    for (auto& seen : deviations) {
        const auto* change = changes.seen_in(type.name, seen.id, observation.began);
        if (change != nullptr && is_all_own(seen, *change)) {
            out.push_back(seen);
            seen.in_own_hands = true;
            continue;
        }
        if (change != nullptr)
            leave_own_fields(account.memory, account.io, seen, *change);
        seen.in_own_hands = changes.is_under_way(type.name, seen.id, observation.began, account.io.now());
        if (seen.in_own_hands && list != nullptr)
            list->evaluated_for_day.reset();  // also the same reading is judged again
    }
    return out;
}

}  // namespace trunkwarden
