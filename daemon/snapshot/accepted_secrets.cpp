#include "snapshot/accepted_secrets.hpp"

#include <fmt/format.h>

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

}  // namespace

void accepted_secrets::restore(by_place accepted)
{
    most_ = std::make_shared<by_place>(std::move(accepted));
    meanwhile_.clear();
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
    if (most_.use_count() > 1) {
        meanwhile_.insert_or_assign(where, std::string(fingerprint));
        return;
    }
    for (auto& [place, known] : std::exchange(meanwhile_, {}))
        most_->insert_or_assign(place, std::move(known));
    most_->insert_or_assign(where, std::string(fingerprint));
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
