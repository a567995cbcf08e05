#include "snapshot/known_secrets.hpp"

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

bool known_secrets::changed(const resource_type& type, const object_view& object, std::size_t field) const
{
    const auto known = accepted_.find(place(type, object, field));
    return known != accepted_.end() && known->second != object.field(field);
}

void known_secrets::remember(const resource_type& type, const object_view& object)
{
    for (std::size_t field = 0; field < type.fields.size(); ++field) {
        if (type.fields[field].kind != value_kind::secret)
            continue;
        auto where = place(type, object, field);
        const auto [known, is_new] = accepted_.try_emplace(std::move(where), object.field(field));
        if (is_new)
            new_.insert(*known);
    }
}

void known_secrets::accept(const resource_type& type, std::string_view id, std::string_view field,
                           std::string_view fingerprint)
{
    const auto where = place(type.name, id, field);
    accepted_.insert_or_assign(where, std::string(fingerprint));
    new_.insert_or_assign(where, std::string(fingerprint));
}

}  // namespace trunkwarden
