#include "findings/watch_cause.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace trunkwarden {
namespace {

constexpr std::string_view account_access_removal = "T1531";
constexpr std::string_view impair_defenses = "T1562";

// Money: a cause for which nothing is seen, or anything may be trusted.
constexpr resource_type cause(std::string_view name, std::string_view noun, std::string_view guards,
                              urgency order, std::string_view attack)
{
    resource_type out{.name = name, .path = "", .noun = noun, .guards = guards};
    out.pages = paging::no_endpoint;
    out.id = "";
    out.order = order;
    out.attack = attack;
    return out;
}

}  // namespace

namespace watch_cause {

constinit const resource_type api = cause(
    "api", "Telnyx API", "The way to the API, through which all is seen.", urgency::money, impair_defenses);
constinit const resource_type api_key = cause("api_key", "API key", "The key with which the account is read.",
                                              urgency::money, account_access_removal);
constinit const resource_type organization =
    cause("organization", "organisation of the API key",
          "The organisation that the key belongs to: with another one's key another account is seen.",
          urgency::money, impair_defenses);
constinit const resource_type baseline_file = cause(
    "baseline_file", "baseline file", "The file that says what is trusted.", urgency::money, impair_defenses);
constinit const resource_type state_file =
    cause("state_file", "state file", "The file that holds what outlives a restart.", urgency::access,
          impair_defenses);
constinit const resource_type clock =
    cause("clock", "clock", "The time by which alerts are dated and entries end.", urgency::access,
          impair_defenses);

}  // namespace watch_cause

const std::vector<const resource_type*>& watch_causes()
{
    static const std::vector<const resource_type*> all{
        &watch_cause::api,           &watch_cause::api_key,    &watch_cause::organization,
        &watch_cause::baseline_file, &watch_cause::state_file, &watch_cause::clock};
    return all;
}

bool is_watch_cause(const resource_type& type)
{
    return std::ranges::find(watch_causes(), &type) != watch_causes().end();
}

bool hides_the_account(const resource_type& type)
{
    return &type == &watch_cause::api || &type == &watch_cause::api_key ||
           &type == &watch_cause::organization;
}

const resource_type* find_watch_cause(std::string_view name)
{
    const auto found = std::ranges::find(watch_causes(), name, &resource_type::name);
    return found == watch_causes().end() ? nullptr : *found;
}

deviation blind_because_of(const resource_type& cause, std::string why)
{
    deviation out;
    out.type = &cause;
    out.id = out.label = cause.name;
    out.kind = deviation_kind::blind;
    out.level = cause.order == urgency::money ? severity::critical : severity::high;
    out.note = std::move(why);
    return out;
}

deviation nothing_read(std::optional<time_point> last_read, std::string_view why)
{
    return blind_because_of(
        watch_cause::api, last_read ? fmt::format("nothing was read since {}; {}", utc_text(*last_read), why)
                                    : fmt::format("nothing could be read yet; {}", why));
}

void file_under_its_cause(deviation& kept)
{
    const auto* const named = find_watch_cause(kept.id);
    if (named != nullptr)
        kept.type = named;
    else if (kept.note.starts_with("the API key is rejected everywhere"))
        kept.type = &watch_cause::api_key;
    else if (kept.note.starts_with("nothing can be read"))
        kept.type = &watch_cause::api;
    else
        kept.type = &watch_cause::organization;
    kept.id = kept.type->name;
    if (kept.type != &watch_cause::baseline_file)  // a baseline_file has its account as its label
        kept.label = kept.id;
    else
        kept.kind = deviation_kind::blind;
}

}  // namespace trunkwarden
