#include "fetch/object_target.hpp"

#include "support/escape.hpp"

namespace trunkwarden {
namespace {

// "." and ".." cannot be encoded: a server that resolves them reads something else.
bool names_something(std::string_view address)
{
    return !address.empty() && address != "." && address != "..";
}

}  // namespace

std::string path_of_one(const resource_type& type)
{
    return type.object_path.empty() ? std::string(type.path) + "/{id}" : std::string(type.object_path);
}

std::optional<std::string> object_target(const resource_type& type, std::string_view address)
{
    if (type.object_path == only_in_list || (type.pages == paging::no_endpoint && type.object_path.empty()))
        return std::nullopt;
    auto target = path_of_one(type);
    if (const auto id = target.find("{id}"); id != std::string::npos) {
        if (!names_something(address))
            return std::nullopt;
        target.replace(id, 4, percent_encoded(address));
    }
    if (!type.query.empty())
        target.append(1, '?').append(type.query);
    return target;
}

}  // namespace trunkwarden
