#include "baseline/capture/traffic_text.hpp"

#include <fmt/format.h>
#include <optional>
#include <string_view>

#include "support/yaml/yaml_scalar.hpp"

namespace trunkwarden {
namespace {

void add_text(std::string& to, std::string_view key, std::string_view value)
{
    if (!value.empty())
        to += fmt::format("    {}: {}\n", key, yaml_scalar(value));
}

void add_limit(std::string& to, std::string_view key, const std::optional<unsigned>& limit)
{
    if (limit)
        to += fmt::format("    {}: {}\n", key, *limit);
}

}  // namespace

std::string text_of_entry(const traffic_entry& entry)
{
    auto out = fmt::format("  - product: {}\n", name_of(entry.product));
    add_text(out, "connection_id", entry.connection_id);
    if (!entry.destinations.empty()) {
        std::string countries;
        for (const auto& country : entry.destinations)
            countries += (countries.empty() ? "" : ", ") + yaml_scalar(country);
        out += fmt::format("    destinations: [{}]\n", countries);
    }
    add_limit(out, "max_calls_per_hour", entry.max_calls_per_hour);
    add_limit(out, "max_minutes_per_hour", entry.max_minutes_per_hour);
    if (entry.max_cost_per_hour)
        out += fmt::format("    max_cost_per_hour: \"{}\"\n", to_text(*entry.max_cost_per_hour));
    add_limit(out, "max_calls_to_one_number", entry.max_calls_to_one_number);
    add_limit(out, "max_call_minutes", entry.max_call_minutes);
    if (entry.hours)
        add_text(out, "hours", entry.hours->text());
    add_text(out, "reason", entry.reason);
    add_text(out, "approved_by", entry.approved_by);
    if (entry.expires)
        add_text(out, "expires", iso_date(*entry.expires));
    add_text(out, "ticket", entry.ticket);
    return out;
}

std::string text_of_limit(const call_limit& limit)
{
    auto out = fmt::format("  - connection_id: {}\n", yaml_scalar(limit.connection_id));
    add_limit(out, "max_calls", limit.max_calls);
    add_limit(out, "max_call_minutes", limit.max_call_minutes);
    add_text(out, "reason", limit.reason);
    return out;
}

std::string text_of_traffic(const traffic_policy& policy)
{
    if (!policy.present)
        return {};
    std::string out = "traffic:\n";
    for (const auto& entry : policy.entries)
        out += text_of_entry(entry);
    return out;
}

}  // namespace trunkwarden
