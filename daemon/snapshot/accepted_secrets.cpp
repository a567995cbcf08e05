#include "snapshot/accepted_secrets.hpp"

#include <fmt/format.h>
#include <unordered_set>
#include <vector>

namespace trunkwarden {
namespace {

std::string place(std::string_view resource, std::string_view id, std::string_view field)
{
    return fmt::format("{}/{}/{}", resource, id, field);
}

std::string place(const resource_type& type, const object_view& object, std::size_t field)
{
    return place(type.name, object.id(), type.fields[field].name);
}

// Of a place with this prefix, "resource/".
std::string_view id_in(std::string_view place, std::string_view prefix)
{
    return place.substr(prefix.size(), place.rfind('/') - prefix.size());
}

}  // namespace

void accepted_secrets::restore(by_place accepted, unseen_by_place unseen)
{
    most_ = std::make_shared<by_place>(std::move(accepted));
    meanwhile_.clear();
    unseen_ = std::move(unseen);
}

const std::string* accepted_secrets::accepted(const std::string& where) const
{
    if (const auto known = meanwhile_.find(where); known != meanwhile_.end())
        return &known->second;
    const auto known = most_->find(where);
    return known == most_->end() ? nullptr : &known->second;
}

void accepted_secrets::keep(const std::string& where, std::string_view fingerprint)
{
    new_.insert_or_assign(where, std::string(fingerprint));
    forgotten_.erase(where);
    auto& into = put_together() ? *most_ : meanwhile_;
    into.insert_or_assign(where, std::string(fingerprint));
}

bool accepted_secrets::put_together()
{
    if (most_.use_count() > 1)
        return false;
    for (auto& [place, known] : std::exchange(meanwhile_, {}))
        most_->insert_or_assign(place, std::move(known));
    return true;
}

void accepted_secrets::forget(const std::string& where)
{
    most_->erase(where);
    new_.erase(where);
    unseen_.erase(where);
    new_unseen_.erase(where);
    forgotten_.insert(where);
}

void accepted_secrets::see_all(const resource_type& type, const object_list& objects, time_point now)
{
    if (!put_together())
        return;  // the next reading does it
    const auto prefix = std::string(type.name) + '/';
    auto at = most_->lower_bound(prefix);
    if (at == most_->end() || !at->first.starts_with(prefix))
        return;
    std::unordered_set<std::string_view> there;
    for_each(objects, [&there](const object_view& object) { there.insert(object.id()); });
    std::vector<std::string> over;
    for (; at != most_->end() && at->first.starts_with(prefix); ++at) {
        const auto& where = at->first;
        if (there.contains(id_in(where, prefix))) {
            if (unseen_.erase(where) > 0)
                new_unseen_.insert_or_assign(where, std::nullopt);
            continue;
        }
        const auto [since, is_news] = unseen_.try_emplace(where, now);
        if (is_news)
            new_unseen_.insert_or_assign(where, now);
        else if (now - since->second > kept_unseen)
            over.push_back(where);
    }
    for (const auto& where : over)
        forget(where);
}

bool accepted_secrets::changed(const resource_type& type, const object_view& object, std::size_t field) const
{
    const auto* known = accepted(place(type, object, field));
    return known != nullptr && *known != object.field(field);
}

void accepted_secrets::remember(const resource_type& type, const object_view& object)
{
    for (std::size_t field = 0; field < type.fields.size(); ++field) {
        if (type.fields[field].kind != value_kind::secret)
            continue;
        const auto where = place(type, object, field);
        if (accepted(where) == nullptr)
            keep(where, object.field(field));
    }
}

void accepted_secrets::accept(const resource_type& type, std::string_view id, std::string_view field,
                              std::string_view fingerprint)
{
    keep(place(type.name, id, field), fingerprint);
}

}  // namespace trunkwarden
