#include "baseline/capture/review_marks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "baseline/lint/risk.hpp"
#include "destinations/destination.hpp"
#include "snapshot/canonical.hpp"
#include "support/ascii.hpp"
#include "support/escape.hpp"
#include "support/ip_network.hpp"

namespace trunkwarden {

namespace {

bool names_an_address(value_kind kind)
{
    return kind == value_kind::ip || kind == value_kind::cidr;
}

// The address or network that the text is.
std::optional<ip_network> address_in(std::string_view text)
{
    return text.find('/') == std::string_view::npos ? parse_ip_address(text) : parse_ip_network(text);
}

bool is_missing_limit(const resource_type& type, const object_view& object, std::size_t at)
{
    const auto& field = type.fields[at];
    return field.loosens == loosening::when_raised && field.when_loosened == severity::critical &&
           object.field(at).empty();
}

// Limits that are not set are one matter, however many there are.
std::vector<std::string_view> missing_limits(const resource_type& type, const object_view& object)
{
    std::vector<std::string_view> names;
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        if (is_missing_limit(type, object, at))
            names.push_back(type.fields[at].name);
    return names;
}

// A limit that is switched off by a field of its own, as daily_spend_limit by daily_spend_limit_enabled.
bool switches_one_of(const std::vector<std::string_view>& limits, const watched_field& field)
{
    return std::ranges::any_of(limits,
                               [&field](std::string_view limit) { return field.name.starts_with(limit); });
}

bool begins_with_https(std::string_view url)
{
    constexpr std::string_view scheme = "https://";
    return to_lower(url.substr(0, scheme.size())) == scheme;
}

// A redirect to the user's own machine is how native applications sign in (RFC 8252, 7.3).
bool leaves_in_clear(std::string_view member)
{
    const auto url = to_lower(member);
    return url.starts_with("http://") && !url.starts_with("http://localhost") &&
           !url.starts_with("http://127.0.0.1") && !url.starts_with("http://[::1]");
}

optional_reason about_member(std::string_view member)
{
    if (leaves_in_clear(member))
        return fmt::format("{} is not HTTPS: anyone on the network path can answer", printable(member, 100));
    const auto reached = weigh_destination(member);
    if (member.starts_with('+') && costs_dearly(reached.risk))
        return fmt::format("{} is {}", printable(member, 40), describe(reached));
    return {};
}

optional_reason about_members(std::string_view set)
{
    for (const auto member : members_of(set))
        if (auto why = about_member(member))
            return why;
    return {};
}

// Switches have the API's defaults nearly everywhere.
bool is_worth_a_mark(const watched_field& field)
{
    const bool is_switch = field.loosens == loosening::when_false || field.loosens == loosening::when_true;
    return !is_switch || field.when_loosened == severity::critical;
}

optional_reason about_value(const resource_type& type, const object_view& object, std::size_t at)
{
    const auto& field = type.fields[at];
    const auto value = object.field(at);
    if (field.kind == value_kind::secret || (field.loosens == loosening::when_raised && value.empty()))
        return {};
    if (!value.empty() && field.kind == value_kind::url && !begins_with_https(value))
        return fmt::format("{} is not HTTPS: anyone on the network path can answer", field.name);
    if (field.kind == value_kind::text_set)
        return about_members(value);
    if (!is_worth_a_mark(field))
        return {};
    return risk_of(type, field, value);
}

}  // namespace

address_countries addresses_in(std::span<const resource_type> types, std::span<const object_list> objects)
{
    address_countries out;
    for (std::size_t resource = 0; resource < types.size(); ++resource)
        for (std::size_t at = 0; at < types[resource].fields.size(); ++at)
            if (names_an_address(types[resource].fields[at].kind))
                for_each(objects[resource], [&out, at](const object_view& object) {
                    if (const auto address = address_in(object.field(at)))
                        out.try_emplace(address->address);
                });
    return out;
}

address_origins::address_origins(address_countries countries) : countries_(std::move(countries))
{
    for (const auto& [ignored, country] : countries_)
        if (!country.empty()) {
            ++addresses_[country];
            ++known_;
        }
    for (const auto& [country, addresses] : addresses_)
        if (2 * addresses > known_)
            home_ = country;
}

optional_reason address_origins::remark(std::string_view address) const
{
    const auto parsed = address_in(address);
    const auto found = parsed ? countries_.find(parsed->address) : countries_.end();
    if (found == countries_.end() || found->second.empty() || home_.empty() || found->second == home_)
        return {};
    const auto neighbours = addresses_.find(found->second)->second;
    if (neighbours > 1 && 4 * neighbours > known_)
        return {};
    return fmt::format("registered in {}, while most of the account's addresses are in {}", found->second,
                       home_);
}

std::vector<review_mark> review_marks(const resource_type& type, const object_view& object,
                                      const address_origins& origins)
{
    std::vector<review_mark> out;
    const auto mark = [&out](std::string_view field, optional_reason why) {
        if (why)
            out.push_back({field, *std::move(why)});
    };
    if (!type.second_look.empty())
        mark("", std::string(type.second_look));
    if (object.never_used())
        mark("", fmt::format("never used so far: {} is empty", type.last_used));
    const auto limits = missing_limits(type, object);
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        const auto& field = type.fields[at];
        if (!limits.empty() && field.name == limits.front())
            mark(field.name, fmt::format("nothing limits it: {} not set", fmt::join(limits, ", ")));
        if (!switches_one_of(limits, field))
            mark(field.name, about_value(type, object, at));
        if (names_an_address(field.kind))
            mark(field.name, origins.remark(object.field(at)));
    }
    return out;
}

}  // namespace trunkwarden
