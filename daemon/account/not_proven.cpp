#include "account/not_proven.hpp"

#include <fmt/format.h>

#include "support/escape.hpp"

namespace trunkwarden {
namespace {

// Telnyx documents that its list of keys says when each was last used, but not the name of the member.
bool hides_last_uses(const account_config& config, const account_view& view)
{
    bool has_keys = false;
    bool tells = false;
    for_each(view.objects[place_of_role(config, resource_role::api_keys)],
             [&has_keys, &tells](const object_view& key) {
                 has_keys = true;
                 tells = tells || key.never_used() || !key.idle_since().empty();
             });
    return has_keys && !tells;
}

}  // namespace

std::vector<std::string> not_proven(const account& watched)
{
    constexpr std::size_t longest_reason = 300;
    std::vector<std::string> out;
    if (const auto& why = watched.view.counts_trouble)
        out.push_back(fmt::format("nothing proves that no list of connections is short: {}",
                                  printable(*why, longest_reason)));
    if (const auto& why = watched.memory.access.trouble)
        out.push_back(fmt::format("the author of a change is not known where the audit log names nobody: {}",
                                  printable(*why, longest_reason)));
    if (hides_last_uses(watched.config, watched.view))
        out.emplace_back(
            "a key that slept and is used again is not noticed: the list of API keys does not say "
            "when one was last used (trunkwarden doctor --probe-api shows what it says)");
    return out;
}

}  // namespace trunkwarden
