#include "baseline/lint/risk.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "baseline/wildcard.hpp"
#include "destinations/destination.hpp"
#include "snapshot/canonical.hpp"
#include "support/ascii.hpp"

namespace trunkwarden {

namespace {

constexpr std::string_view plain_http = "http://";

bool begins_with(std::string_view text, std::string_view beginning)
{
    return std::ranges::equal(text.substr(0, beginning.size()), beginning, {},
                              [](char c) { return to_lower(c); });
}

bool is_destination(const resource_type& type, const watched_field& field)
{
    return field.kind == value_kind::e164 && field.name != type.id;
}

optional_reason risk_of_number(std::string_view number)
{
    const auto reached = weigh_destination(number);
    if (!costs_dearly(reached.risk))
        return {};
    return fmt::format("calls go to {}", describe(reached));
}

std::string without_https(const watched_field& field)
{
    return fmt::format("{} is not HTTPS: anyone on the network path can answer", field.name);
}

bool has_sip_scheme(std::string_view text)
{
    return begins_with(text, "sip:") || begins_with(text, "sips:");
}

// Members that are dialled or asked, under any name of the set: targets of an assistant, addresses an OAuth
// client returns to.
optional_reason risk_of_members(const watched_field& field, std::string_view set)
{
    for (const auto member : members_of(set)) {
        if (field.kind == value_kind::country_set && member == "*")
            return fmt::format("{} allows every country", field.name);
        if (begins_with(member, plain_http))
            return without_https(field);
        if (member.starts_with('+') || has_sip_scheme(member))
            if (auto found = risk_of_number(member))
                return found;
    }
    return {};
}

// Limits on money and ways past a protection; not how many calls a trunk may carry, which few limit.
bool is_heavy(const resource_type& type, const watched_field& field)
{
    return field.when_loosened == severity::critical ||
           (field.when_loosened == severity::high && type.when_unknown >= severity::high &&
            field.kind != value_kind::number);
}

optional_reason risk_of_direction(const watched_field& field, std::string_view value)
{
    if (field.loosens == loosening::when_true && value == "true")
        return fmt::format("{} is on", field.name);
    if (field.loosens == loosening::when_false && value == "false")
        return fmt::format("{} is off", field.name);
    if (field.loosens == loosening::when_raised && value.empty())
        return fmt::format("{} is not set: {}", field.name,
                           field.kind == value_kind::timestamp ? "it never expires" : "there is no limit");
    return {};
}

}  // namespace

optional_reason risk_of(const resource_type& type, const watched_field& field, std::string_view value)
{
    if (is_destination(type, field) && !value.empty())
        return risk_of_number(value);
    if (field.kind == value_kind::url && begins_with(value, plain_http))
        return without_https(field);
    if (field.kind == value_kind::text && has_sip_scheme(value))
        return risk_of_number(value);
    if (holds_a_set(field.kind))
        return risk_of_members(field, value);
    return is_heavy(type, field) ? risk_of_direction(field, value) : std::nullopt;
}

optional_reason risk_of_pattern(const resource_type& type, const watched_field& field,
                                std::string_view pattern)
{
    const auto beginning = text_before_wildcard(pattern);
    if (is_destination(type, field)) {
        const auto reached = costliest_destination_behind(beginning);
        if (!reached)
            return {};
        return fmt::format("calls may go to {}", describe(*reached));
    }
    const auto common = std::min(beginning.size(), plain_http.size());
    if (field.kind != value_kind::url || !begins_with(beginning, plain_http.substr(0, common)))
        return {};
    return fmt::format("{} may be an address that is not HTTPS: anyone on the network path can answer",
                       field.name);
}

}  // namespace trunkwarden
