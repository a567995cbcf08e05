#include "watch/organization_check.hpp"

#include <fmt/format.h>
#include <string>
#include <utility>

#include "support/escape.hpp"

namespace trunkwarden {

namespace {

// Whether asking for something else would meet the same wall.
bool nobody_answers(errc kind)
{
    return kind == errc::unreachable || kind == errc::untrusted || kind == errc::timed_out;
}

}  // namespace

task<key_owner> owner_of_key(api_client& api)
{
    key_owner out;
    std::string about_the_key(key_owner_path);
    const auto whoami = co_await api.get(std::move(about_the_key), request_priority::now().giving_up_soon());
    if (whoami)
        out = key_owner_in(*whoami);
    if (!out.organization.empty() || (!whoami && nobody_answers(whoami.error().kind)))
        co_return out;
    for (const char* target : {"/messaging_profiles?page%5Bsize%5D=1", "/audit_events?page%5Bsize%5D=1"}) {
        const auto body = co_await api.get(target, request_priority::now().giving_up_soon());
        if (!body && nobody_answers(body.error().kind))
            break;
        if (!body)
            continue;
        out.organization = organization_in(*body);
        if (!out.organization.empty())
            break;
    }
    co_return out;
}

task<> check_organization(account& watched)
{
    using verdict = organization_check::verdict;
    const auto& pinned = watched.config.baseline.organization_id;
    if (pinned.empty()) {
        watched.view.organization = {};
        co_return;
    }
    const auto whose = co_await owner_of_key(*watched.io.api);
    watched.memory.people.see_monitor(whose.user_id, whose.email);
    const auto& owner = whose.organization;
    if (!owner.empty() && owner == pinned)
        watched.view.organization = {verdict::confirmed, {}};
    else if (!owner.empty())
        watched.view.organization = {verdict::refused,
                                     fmt::format("the API key belongs to organisation {}, but {} pins {}; "
                                                 "nothing of it is judged. Use a key "
                                                 "of that organisation, or correct organization_id",
                                                 printable(owner), watched.config.baseline.file, pinned)};
    if (!owner.empty())
        co_return;
    // An answer that does not come takes back nothing that was known.
    if (watched.view.organization.is == verdict::refused ||
        watched.view.organization.is == verdict::confirmed)
        co_return;
    watched.view.organization = {
        verdict::not_known,
        fmt::format("{} pins organisation {}, but no answer of the API names the organisation "
                    "that the key belongs to",
                    watched.config.baseline.file, pinned)};
}

}  // namespace trunkwarden
