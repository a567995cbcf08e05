#include "containment/lockdown_recheck.hpp"

#include <fmt/format.h>
#include <utility>

#include "containment/json_path.hpp"
#include "containment/observe_object.hpp"

namespace trunkwarden {

task<optional_reason> why_not_in_force(account& watched, const lockdown_item& item, const new_secret* made)
{
    auto address = item.address;
    const auto now = co_await observe_object(watched, item.resource, std::move(address));
    if (!now)
        co_return "it was done before, and whether that still holds could not be read: " +
            now.error().message;
    if (!*now || made == nullptr)
        co_return std::nullopt;
    const auto field = watched.config.types[item.resource].rotate.secret;
    const auto shown = text_at((*now)->whole, field);
    if (shown.empty() || is_masked(shown) || shown == made->value.reveal())
        co_return std::nullopt;
    co_return fmt::format(
        "somebody changed its {} after an earlier run had made a new one: close the way in, then "
        "--rotate-again makes another one",
        field);
}

}  // namespace trunkwarden
