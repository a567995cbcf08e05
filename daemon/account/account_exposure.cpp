#include "account/account_exposure.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "snapshot/field_of.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view profile_field = "outbound.outbound_voice_profile_id";
constexpr std::string_view channels_field = "outbound.channel_limit";

std::optional<std::int64_t> count_in(std::string_view text)
{
    std::int64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() && count > 0 ? std::optional(count)
                                                                                        : std::nullopt;
}

profile_limits limits_in(const resource_type& type, const object_view& profile)
{
    profile_limits out;
    out.id = profile.id();
    out.highest_rate = parse_amount(field_of(type, profile, "max_destination_rate"));
    out.calls = count_in(field_of(type, profile, "concurrent_call_limit"));
    if (field_of(type, profile, "daily_spend_limit_enabled") == "true")
        out.a_day = parse_amount(field_of(type, profile, "daily_spend_limit"));
    return out;
}

void take_profiles(const account_config& config, const account_view& view, spend_limits& out)
{
    const auto place = place_of_role(config, resource_role::outbound_profiles);
    const auto& type = config.types[place];
    if (!view.coverage[place].was_read())
        return;
    for_each(view.objects[place], [&](const object_view& profile) {
        if (field_of(type, profile, "enabled") != "false")
            out.profiles.push_back(limits_in(type, profile));
    });
}

bool recharges(const account_config& config, const account_view& view)
{
    const auto place = place_of_role(config, resource_role::auto_recharge);
    bool out = false;
    for_each(view.objects[place], [&](const object_view& preferences) {
        out = field_of(config.types[place], preferences, "enabled") == "true";
    });
    return out;
}

// Whether calls can be made or sent on at the account's cost through it.
bool opens_a_way_to_call(const resource_type& type)
{
    if (is_about_use(type))
        return true;  // somebody is on the way already
    switch (type.step) {
        case playbook::outbound_profiles:
        case playbook::forwarding:
        case playbook::applications:
        case playbook::sip_addresses:
        case playbook::sip_credentials:
        case playbook::recharge:
            return true;
        default:
            return false;
    }
}

bool is_open_to_use(deviation_kind kind)
{
    return kind == deviation_kind::unknown || kind == deviation_kind::changed ||
           kind == deviation_kind::weakened || kind == deviation_kind::recreated ||
           kind == deviation_kind::exceeded;
}

std::string_view actual_of(const deviation& found, std::string_view name)
{
    const auto field = std::ranges::find(found.fields, name, &field_difference::field);
    return field == found.fields.end() || !field->actual ? std::string_view()
                                                         : std::string_view(*field->actual);
}

spend_limits spend_limits_of(const account& watched)
{
    spend_limits out;
    take_profiles(watched.config, watched.view, out);
    out.recharges = recharges(watched.config, watched.view);
    const auto& spending = watched.memory.spending;
    if (spending.read_at && !spending.failed && !spending.record.is_empty()) {
        out.available = spending.record.last().is.available;
        out.currency = spending.record.last().is.currency;
    }
    return out;
}

}  // namespace

account_exposure::account_exposure(const account& watched) : limits_(spend_limits_of(watched))
{
    const auto& view = watched.view;
    for (std::size_t resource = 0; resource < view.objects.size(); ++resource) {
        const auto& type = view.type_of(resource);
        if (type.is_extra ||
            std::ranges::find(type.fields, profile_field, &watched_field::name) == type.fields.end())
            continue;
        for_each(view.objects[resource], [&](const object_view& object) {
            ways_.try_emplace(object.id(), way_out{field_of(type, object, profile_field),
                                                   count_in(field_of(type, object, channels_field))});
        });
    }
}

account_exposure::way_out account_exposure::way_through(const deviation& found) const
{
    if (found.type->role == resource_role::outbound_profiles)
        return {found.id, {}};
    const auto connection = actual_of(found, "connection_id");
    const auto way = ways_.find(connection.empty() ? std::string_view(found.id) : connection);
    return way == ways_.end() ? way_out{} : way->second;
}

std::optional<exposure> account_exposure::exposure_of(const deviation& found) const
{
    if (found.from_event || !opens_a_way_to_call(*found.type) || !is_open_to_use(found.kind))
        return std::nullopt;
    const auto way = way_through(found);
    return exposure_through(limits_, way.profile, way.channels);
}

std::optional<exposure> open_exposure(const account_memory& memory)
{
    std::optional<exposure> most;
    for (const auto& [resource, open] : memory.findings.open())
        for (const auto& [id, finding] : open)
            if (finding.status != finding_status::contained && is_less(most, finding.deviation.exposure))
                most = finding.deviation.exposure;
    return most;
}

}  // namespace trunkwarden
