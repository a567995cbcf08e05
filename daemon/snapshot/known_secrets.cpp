#include "snapshot/known_secrets.hpp"

#include <fmt/format.h>

namespace trunkwarden {
namespace {

std::string place(const resource_type& type, const object_view& object, std::size_t field)
{
    return fmt::format("{}/{}/{}", type.name, object.id(), type.fields[field].name);
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

}  // namespace trunkwarden
