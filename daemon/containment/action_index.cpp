#include "containment/action_index.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "containment/observed_object.hpp"

namespace trunkwarden {
namespace {

std::string key_of_object(std::string_view resource, std::string_view id)
{
    return fmt::format("{}\n{}", resource, id);
}

}  // namespace

action_index::action_index(const std::vector<action>& history) : history_(history)
{
    for (std::size_t at = 0; at < history.size(); ++at) {
        const auto& action = history[at];
        places_[key_of_object(action.resource, action.object_id)].push_back(at);
        if (!action.new_id.empty())
            places_[key_of_object(action.resource, action.new_id)].push_back(at);
        if (!action.identity_hash.empty())
            places_[action.identity_hash].push_back(at);
    }
}

std::vector<const action*> action_index::concerning(const finding& about) const
{
    std::vector<std::size_t> found;
    for (const auto& key :
         {key_of_object(about.deviation.type->name, about.deviation.id), identity_hash_of(about.deviation)})
        if (const auto known = places_.find(key); known != places_.end())
            found.insert(found.end(), known->second.begin(), known->second.end());
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    std::vector<const action*> out;
    out.reserve(found.size());
    for (const auto at : found)
        out.push_back(&history_[at]);
    return out;
}

}  // namespace trunkwarden
