#include <algorithm>
#include <fmt/format.h>

#include "snapshot/accepted_secrets.hpp"
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

}  // namespace

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
