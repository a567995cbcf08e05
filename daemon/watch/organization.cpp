#include "watch/organization.hpp"

#include <fmt/format.h>

#include "snapshot/organization.hpp"
#include "support/escape.hpp"

namespace trunkwarden {

namespace {

// Whether asking for something else would meet the same wall.
bool nobody_answers(errc kind)
{
    return kind == errc::unreachable || kind == errc::untrusted || kind == errc::timed_out;
}

}  // namespace

task<std::string> organization_of_key(account& watched)
{
    for (const char* target :
         {"/whoami", "/messaging_profiles?page%5Bsize%5D=1", "/audit_events?page%5Bsize%5D=1"}) {
        const auto body = co_await watched.api->get(target, urgency::money);
        if (!body && nobody_answers(body.error().kind))
            break;
        if (!body)
            continue;
        auto owner = organization_in(*body);
        if (!owner.empty())
            co_return owner;
    }
    co_return std::string();
}

task<> check_organization(account& watched)
{
    using verdict = organization_check::verdict;
    const auto& pinned = watched.trusted.organization_id;
    if (pinned.empty()) {
        watched.organization = {};
        co_return;
    }
    const auto owner = co_await organization_of_key(watched);
    if (!owner.empty() && owner == pinned)
        watched.organization = {verdict::confirmed, {}};
    else if (!owner.empty())
        watched.organization = {verdict::refused,
                                fmt::format("the API key belongs to organisation {}, but {} pins {}; "
                                            "nothing of it is judged. Use a key "
                                            "of that organisation, or correct organization_id",
                                            printable(owner), watched.trusted.file, pinned)};
    if (!owner.empty())
        co_return;
    // An answer that does not come takes back nothing that was known.
    if (watched.organization.is == verdict::refused || watched.organization.is == verdict::confirmed)
        co_return;
    watched.organization = {
        verdict::not_known,
        fmt::format("{} pins organisation {}, but no answer of the API names the organisation "
                    "that the key belongs to",
                    watched.trusted.file, pinned)};
}

}  // namespace trunkwarden
