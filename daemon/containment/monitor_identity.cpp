#include "containment/monitor_identity.hpp"

#include <utility>

#include "containment/observe_object.hpp"
#include "snapshot/organization.hpp"

namespace trunkwarden {
namespace {

bool is_listed(const account_config& config, const account_view& view, std::string_view id)
{
    bool found = false;
    for (std::size_t at = 0; at < config.types.size(); ++at)
        if (config.types[at].contain.protect == protected_object::own_key)
            for_each(view.objects[at],
                     [&found, id](const object_view& key) { found = found || key.id() == id; });
    return found;
}

}  // namespace

monitor_identity monitor_key_of(const account& watched)
{
    monitor_identity out;
    out.key_id = watched.config.settings.api_keys.own_key_id;
    const bool is_told = !out.key_id.empty();
    const auto id = is_told || !watched.io.api ? out.key_id : watched.io.api->id_in_key();
    if (id.empty())
        return out;
    out.key_seen = is_listed(watched.config, watched.view, id);
    if (!is_told && out.key_seen)
        out.key_id = id;
    return out;
}

// The API does not document it, so that it may not be known.
task<result<monitor_identity>> ask_monitor_user(account_memory& memory, const account_io& io)
{
    std::string target(key_owner_path);
    const auto body = co_await io.api->get(std::move(target), request_priority::at_once());
    if (!body && body.error().kind != errc::not_found && body.error().kind != errc::forbidden)
        co_return body.error();
    monitor_identity out;
    if (!body)
        co_return out;
    auto owner = key_owner_in(*body);
    out.user_id = std::move(owner.user_id);
    out.email = std::move(owner.email);
    memory.people.see_monitor(out.user_id, out.email);
    co_return out;
}

task<result<bool>> is_own_key_listed(account& watched, std::string key_id)
{
    const auto resource = place_of_role(watched.config, resource_role::api_keys);
    const auto own = co_await observe_object(watched, resource, std::move(key_id));
    if (!own)
        co_return own.error();
    co_return own->has_value();
}

}  // namespace trunkwarden
