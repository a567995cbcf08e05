#include "baseline/file/traffic_section.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "baseline/file/baseline_keys.hpp"
#include "baseline/file/read_value.hpp"
#include "support/yaml/read_keys.hpp"

namespace trunkwarden {
namespace {

struct no_entry_context {};

bool is_of_calls(traffic_product product)
{
    return product != traffic_product::messaging && product != traffic_product::verify;
}

void read_countries(yaml_section& section, traffic_entry& entry)
{
    const auto place = section.place_of("destinations");
    if (entry.destinations.empty() && section.take("destinations") != nullptr)
        section.refuse(place, "destinations is empty; name countries, or leave it out for any");
    for (auto& country : entry.destinations) {
        auto read = read_member(value_kind::country_set, country);
        if (read && *read != "*")
            country = *std::move(read);
        else
            section.refuse(place,
                           read ? std::string("destinations cannot be \"*\"; leave it out for any country")
                                : "destinations " + read.error().message);
    }
    std::ranges::sort(entry.destinations);
    auto& countries = entry.destinations;
    countries.erase(std::unique(countries.begin(), countries.end()), countries.end());
}

void read_hours(yaml_section& section, traffic_entry& entry)
{
    if (entry.written_hours.empty())
        return;
    auto hours = parse_weekly_hours(entry.written_hours);
    if (!hours)
        return section.refuse(section.place_of("hours"), hours.error().message);
    entry.written_hours = hours->text();
    entry.hours = *std::move(hours);
}

void refuse_lengths(yaml_section& section, const traffic_entry& entry)
{
    if (is_of_calls(entry.product))
        return;
    const auto refuse = [&section, &entry](std::string_view limit) {
        section.refuse(section.place_of(limit),
                       fmt::format("{} is a limit on calls, and {} has none", limit, name_of(entry.product)));
    };
    if (entry.max_minutes_per_hour)
        refuse("max_minutes_per_hour");
    if (entry.max_call_minutes)
        refuse("max_call_minutes");
}

}  // namespace

std::optional<traffic_entry> read_traffic_entry(const yaml_node& node, problem_list& problems)
{
    const auto before = problems.count();
    traffic_entry out;
    out.line = node.members.empty() ? node.at.line : node.members.front().at.line;
    yaml_section section(&node, "an entry of traffic", problems);
    if (!section.usable())
        return std::nullopt;
    read_keys(section, no_entry_context(), traffic_keys, out);
    if (problems.count() != before)
        return std::nullopt;
    read_countries(section, out);
    read_hours(section, out);
    refuse_lengths(section, out);
    const bool trusts_everything =
        out.connection_id.empty() && out.destinations.empty() && !out.hours && !out.has_limits();
    if (problems.count() == before && trusts_everything)
        section.refuse(section.at(), fmt::format("this entry would trust everything that {} can do: name "
                                                 "destinations, a connection_id, hours or a limit",
                                                 name_of(out.product)));
    return problems.count() == before ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace trunkwarden
