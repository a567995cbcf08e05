#include "baseline/file/baseline_keys.hpp"

#include <algorithm>

namespace trunkwarden {

const watched_field* identity_field(const resource_type& type)
{
    const auto* found = std::ranges::find(type.fields, type.id, &watched_field::name);
    return found == type.fields.end() ? nullptr : found;
}

bool names_the_object(const resource_type& type, std::string_view name)
{
    return !type.id.empty() && (name == "id" || name == type.id);
}

bool has_entries(const resource_type& type)
{
    return type.pages != paging::no_endpoint;
}

std::vector<std::string_view> entry_keys(const resource_type& type)
{
    std::vector<std::string_view> keys;
    if (!type.id.empty())
        keys.push_back("id");
    if (type.id != "id" && !type.id.empty() && identity_field(type) == nullptr)
        keys.push_back(type.id);
    for (const auto& field : type.fields)
        if (field.kind != value_kind::secret)
            keys.push_back(field.name);
    for (const auto& note : entry_notes)
        keys.push_back(note.name);
    return keys;
}

std::vector<std::string_view> top_level_keys(std::span<const resource_type> types)
{
    std::vector<std::string_view> keys{"version", "organization_id", "two_factor", "spending", "traffic"};
    for (const auto& type : types)
        if (std::ranges::find(keys, type.name) == keys.end())  // the last three are resources too
            keys.push_back(type.name);
    return keys;
}

std::vector<std::string_view> keys_without_secrets(std::span<const resource_type> types)
{
    auto keys = top_level_keys(types);
    append_names(two_factor_keys, keys);
    append_names(spending_keys, keys);
    append_names(traffic_keys, keys);
    std::vector<std::string_view> secrets;
    for (const auto& type : types) {
        for (auto path : entry_keys(type)) {
            for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
                keys.push_back(path.substr(0, dot));
                path.remove_prefix(dot + 1);
            }
            keys.push_back(path);
        }
        for (const auto& field : type.fields)
            if (field.kind == value_kind::secret)
                secrets.push_back(field.name.substr(field.name.rfind('.') + 1));
    }
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    std::erase_if(
        keys, [&secrets](std::string_view key) { return std::ranges::find(secrets, key) != secrets.end(); });
    return keys;
}

}  // namespace trunkwarden
