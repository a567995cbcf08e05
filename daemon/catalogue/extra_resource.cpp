#include "catalogue/extra_resource.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <mutex>

namespace trunkwarden {
namespace {

// An entry, and the texts that it points to.
struct extra_entry {
    extra_resource extra;
    std::string noun;
    std::string guards;
    resource_type type;
};

static_assert(static_cast<int>(extra_kind::id) == static_cast<int>(value_kind::identifier));
static_assert(static_cast<int>(extra_kind::countries) == static_cast<int>(value_kind::country_set));
static_assert(static_cast<int>(extra_kind::secret) == static_cast<int>(value_kind::secret));
static_assert(static_cast<int>(extra_paging::numbered) == static_cast<int>(paging::numbered));
static_assert(static_cast<int>(extra_paging::one_object) == static_cast<int>(paging::one_object));

// Nothing but what is needed to read and compare it: no request of it can change anything.
std::unique_ptr<extra_entry> make_entry(const extra_resource& extra)
{
    const bool is_one = extra.pages == extra_paging::one_object;
    auto out = std::make_unique<extra_entry>();
    out->extra = extra;
    const auto& own = out->extra;
    out->noun = is_one ? own.name : fmt::format("object of {}", own.name);
    out->guards = fmt::format("An extra resource of the settings: {}.", own.path);
    resource_type& type = out->type;
    type.name = own.name;
    type.path = own.path;
    type.noun = out->noun;
    type.guards = out->guards;
    type.pages = static_cast<paging>(own.pages);
    type.object_path = is_one ? std::string_view(own.path) : only_in_list;
    type.id = type.address = is_one ? std::string_view() : own.id;
    type.label = is_one ? std::string_view() : own.label;
    type.when_unknown = own.when_unknown;
    type.is_extra = true;
    for (const auto& field : own.fields) {
        watched_field watched;
        watched.name = watched.path = field.name;
        watched.kind = static_cast<value_kind>(field.kind);
        watched.when_changed = watched.when_loosened = field.when_changed;
        type.fields.push_back(watched);
    }
    return out;
}

// Every entry that was ever made. Only edited settings make new ones.
class extra_entries {
public:
    const resource_type& take(const extra_resource& extra)
    {
        const std::scoped_lock lock(mutex_);
        auto known = std::ranges::find_if(all_, [&](const auto& entry) { return entry->extra == extra; });
        if (known == all_.end())
            all_.push_back(make_entry(extra));
        else
            std::rotate(known, known + 1, all_.end());  // it is the newest again
        return all_.back()->type;
    }

    const resource_type* find(std::string_view name) const
    {
        const std::scoped_lock lock(mutex_);
        const auto found = std::find_if(all_.rbegin(), all_.rend(),
                                        [name](const auto& entry) { return entry->extra.name == name; });
        return found == all_.rend() ? nullptr : &(*found)->type;
    }

    std::vector<const resource_type*> newest() const
    {
        const std::scoped_lock lock(mutex_);
        std::vector<const resource_type*> out;
        for (const auto& entry : all_) {
            const auto known = std::ranges::find(out, std::string_view(entry->extra.name),
                                                 [](const resource_type* type) { return type->name; });
            if (known == out.end())
                out.push_back(&entry->type);
            else
                *known = &entry->type;
        }
        return out;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<extra_entry>> all_;  // the newest last
};

extra_entries& entries()
{
    static extra_entries all;
    return all;
}

// Beside them, so that nobody finds a stand-in by its name alone.
extra_entries& stand_ins()
{
    static extra_entries all;
    return all;
}

}  // namespace

const resource_type& type_of(const extra_resource& extra)
{
    return entries().take(extra);
}

const resource_type* find_extra_resource(std::string_view name)
{
    return entries().find(name);
}

std::vector<const resource_type*> known_extra_resources()
{
    return entries().newest();
}

const resource_type& stand_in_for(std::string_view name)
{
    extra_resource unknown;
    unknown.name = name;
    unknown.path = "not in the settings any more";
    return stand_ins().take(unknown);
}

}  // namespace trunkwarden
