#include "catalogue/plain_path.hpp"

namespace trunkwarden {

std::string_view plain_path(std::string_view path)
{
    constexpr std::string_view once_more = "/v2";
    return path.starts_with("/v2/") ? path.substr(once_more.size()) : std::string_view();
}

resource_type at_plain_path(resource_type type)
{
    for (auto* path : {&type.path, &type.object_path, &type.contain.path, &type.contain.undo_path,
                       &type.restore.path, &type.restore.other_path, &type.rotate.path})
        if (const auto plain = plain_path(*path); !plain.empty())
            *path = plain;
    return type;
}

}  // namespace trunkwarden
