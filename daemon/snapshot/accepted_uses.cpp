#include <algorithm>
#include <fmt/format.h>

#include "snapshot/accepted_secrets.hpp"
#include "snapshot/field_of.hpp"
#include "support/parse_time.hpp"

// The part of accepted_secrets that is about the use of keys.

namespace trunkwarden {
namespace {

constexpr char rest_mark = '>';

bool shows_use_of_keys(const resource_type& type)
{
    return type.role == resource_role::api_keys && !type.last_used.empty();
}

std::string place_of_use(const resource_type& type, std::string_view id)
{
    return fmt::format("{}/{}/{}", type.name, id, type.last_used);
}

// The value of such a place.
struct known_use {
    time_point last;
    std::optional<time_point> after_rest;
};

std::optional<known_use> use_in(std::string_view value)
{
    const auto mark = value.find(rest_mark);
    const auto last = parse_time(value.substr(0, mark));
    if (!last)
        return std::nullopt;
    known_use out{*last, std::nullopt};
    if (mark != std::string_view::npos)
        out.after_rest = parse_time(value.substr(mark + 1));
    return out;
}

constexpr std::string_view owner_field = "user_id";

std::string place_of_owner(const resource_type& type, std::string_view id)
{
    return fmt::format("{}/{}/{}", type.name, id, use_without_owner);
}

// The value of such a place. Where the absence of an owner was accepted there is no id of a user.
struct known_owner {
    std::string_view id;
    std::optional<time_point> gone_since;
    std::optional<time_point> used_at;
};

known_owner owner_in(std::string_view value)
{
    known_owner out;
    const auto first = value.find(rest_mark);
    out.id = value.substr(0, first);
    if (first == std::string_view::npos)
        return out;
    const auto times = value.substr(first + 1);
    const auto second = times.find(rest_mark);
    out.gone_since = parse_time(times.substr(0, second));
    if (second != std::string_view::npos)
        out.used_at = parse_time(times.substr(second + 1));
    return out;
}

// The last use, if it was after that moment.
std::optional<time_point> used_after(const object_view& key, time_point moment)
{
    const auto seen = key.never_used() ? std::nullopt : parse_time(key.idle_since());
    return seen && *seen > moment ? seen : std::nullopt;
}

}  // namespace

void accepted_secrets::remember_owner(
    const resource_type& type, const object_view& key,
    const std::function<std::optional<bool>(std::string_view user_id)>& is_user, time_point since)
{
    const auto owner = field_of(type, key, owner_field);
    const auto where = place_of_owner(type, key.id());
    const auto* value = accepted(where);
    const auto known = value == nullptr ? known_owner{} : owner_in(*value);
    const auto is_there = owner.empty() ? std::nullopt : is_user(owner);
    if (is_there == true && (known.id != owner || known.gone_since))
        return keep(where, owner);
    if (known.id.empty() || known.id != owner)
        return;
    if (is_there == false && !known.gone_since)
        return keep(where, fmt::format("{}{}{}", owner, rest_mark, rfc3339(since)));
    if (!known.gone_since || known.used_at)
        return;
    if (const auto used = used_after(key, *known.gone_since))
        keep(where, fmt::format("{}{}{}", *value, rest_mark, rfc3339(*used)));
}

std::optional<use_after_removal> accepted_secrets::used_without_its_owner(const resource_type& type,
                                                                          const object_view& key) const
{
    if (type.role != resource_role::api_keys)
        return std::nullopt;
    const auto* value = accepted(place_of_owner(type, key.id()));
    const auto known = value == nullptr ? known_owner{} : owner_in(*value);
    if (!known.gone_since || known.id != field_of(type, key, owner_field))
        return std::nullopt;
    const auto used = known.used_at ? known.used_at : used_after(key, *known.gone_since);
    return used ? std::optional(use_after_removal{*known.gone_since, *used}) : std::nullopt;
}

void accepted_secrets::accept_use_without_owner(const resource_type& type, std::string_view id)
{
    keep(place_of_owner(type, id), "accepted");
}

std::optional<use_after_rest> accepted_secrets::woke(const resource_type& type, const object_view& key) const
{
    if (!shows_use_of_keys(type))
        return std::nullopt;
    const auto* value = accepted(place_of_use(type, key.id()));
    const auto known = value == nullptr ? std::nullopt : use_in(*value);
    if (!known)
        return std::nullopt;
    if (known->after_rest)
        return use_after_rest{known->last, *known->after_rest};
    const auto seen = parse_time(key.idle_since());
    if (!seen || *seen - known->last < dormant_after_)
        return std::nullopt;
    return use_after_rest{known->last, *seen};
}

void accepted_secrets::remember_use(const resource_type& type, const object_view& key)
{
    const auto seen = parse_time(key.idle_since());
    if (!shows_use_of_keys(type) || !seen)
        return;
    const auto where = place_of_use(type, key.id());
    const auto* value = accepted(where);
    const auto known = value == nullptr ? std::nullopt : use_in(*value);
    if (!known)
        return keep(where, rfc3339(*seen));
    if (known->after_rest)
        return;
    if (*seen - known->last >= dormant_after_)
        return keep(where, fmt::format("{}{}{}", rfc3339(known->last), rest_mark, rfc3339(*seen)));
    const std::chrono::milliseconds an_hour = std::chrono::hours(1);
    if (*seen - known->last >= std::min(an_hour, dormant_after_ / 24))
        keep(where, rfc3339(*seen));
}

void accepted_secrets::accept_use(const resource_type& type, std::string_view id, time_point used_at)
{
    keep(place_of_use(type, id), rfc3339(used_at));
}

}  // namespace trunkwarden
