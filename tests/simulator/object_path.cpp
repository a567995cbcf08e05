#include "simulator/object_path.hpp"

namespace trunkwarden::simulator {

item_path split_item(std::string_view path)
{
    item_path found;
    for (const endpoint& each : endpoints()) {
        const bool longer = found.found == nullptr || each.path.size() > found.found->path.size();
        if (longer && path.size() > each.path.size() + 1 && path.starts_with(each.path) &&
            path[each.path.size()] == '/') {
            found.found = &each;
        }
    }
    if (found.found != nullptr) {
        const std::string_view tail = path.substr(found.found->path.size() + 1);
        found.id = tail.substr(0, tail.find('/'));
        found.rest = tail.substr(found.id.size());
    }
    return found;
}

named_object object_named_by(std::string_view path)
{
    if (path == "/payment/auto_recharge_prefs" || path == "/iam/settings") {
        return {std::string(path), ""};
    }
    const item_path where = split_item(path);
    if (where.found == nullptr || where.id.empty()) {
        return {};
    }
    const std::string face = std::string(where.found->path) + std::string(where.rest);
    const bool is_face = where.found->path == "/phone_numbers" && find_endpoint(face) != nullptr;
    return {is_face ? face : std::string(where.found->path), where.id};
}

}  // namespace trunkwarden::simulator
