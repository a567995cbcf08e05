#include "watch/people_evaluation.hpp"

#include <string_view>

namespace trunkwarden {

void remember_owners(const account_config& config, account_memory& memory, const object_list& keys)
{
    const auto& type = config.types[place_of_role(config, resource_role::api_keys)];
    const auto& people = memory.people;
    const auto is_user = [&people](std::string_view id) { return people.is_user(id); };
    for_each(keys, [&](const object_view& key) {
        memory.secrets.remember_owner(type, key, is_user, people.listed_since());
    });
}

void see_people(account& account, const polled_list& list, const observation& observation)
{
    for (const auto resource : list.resources) {
        if (account.config.types[resource].role != resource_role::users)
            continue;
        if (observation.completeness == extent::complete)
            account.memory.people.see_all(account.view.objects[resource], observation.began);
        else
            account.memory.people.lose_sight();
        account.memory.findings.name_actors(naming_by(account.memory.people));
        remember_owners(account.config, account.memory,
                        account.view.objects[place_of_role(account.config, resource_role::api_keys)]);
    }
}

}  // namespace trunkwarden
