#include "use/traffic.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "baseline/regions.hpp"
#include "destinations/destination.hpp"
#include "destinations/destination_table.hpp"
#include "support/ascii.hpp"

namespace trunkwarden {

std::string id_of(const traffic_lane& lane)
{
    const auto or_unknown = [](std::string_view text) { return text.empty() ? "unknown" : text; };
    return fmt::format("{}/{}/{}", name_of(lane.product), or_unknown(lane.connection),
                       or_unknown(lane.country));
}

std::string country_named(std::string_view code)
{
    auto out = to_upper(code.substr(0, 3));
    return out.size() == 2 && is_region(out) ? out : std::string();
}

bool country_costs_dearly(std::string_view country, traffic_product product)
{
    return std::ranges::any_of(dialling_plan::table,
                               [country](const dialling_plan::table_row& row) {
                                   return row.region == country && row.risk == destination_risk::high_risk;
                               }) ||
           (!has_minutes(product) && is_pumped_by_messages(country));
}

bool share_a_calling_code(std::string_view country, std::string_view other)
{
    return std::ranges::any_of(dialling_plan::table, [&](const dialling_plan::table_row& row) {
        if (row.region != country)
            return false;
        const auto code = row.prefix.substr(0, dialling_plan::country_code_length(row.prefix));
        return std::ranges::any_of(dialling_plan::table, [&](const dialling_plan::table_row& some) {
            return some.region == other && some.prefix.starts_with(code);
        });
    });
}

traffic_sum& operator+=(traffic_sum& to, const traffic_sum& more)
{
    const auto sum = [](std::uint64_t a, std::uint64_t b) {
        return std::min(std::min(a, most_counted) + std::min(b, most_counted), most_counted);
    };
    to.attempts = sum(to.attempts, more.attempts);
    to.connected = sum(to.connected, more.connected);
    to.seconds = sum(to.seconds, more.seconds);
    to.cost += more.cost;
    return to;
}

traffic_sum increase(const traffic_sum& before, const traffic_sum& after)
{
    const auto more = [](std::uint64_t a, std::uint64_t b) { return b > a ? b - a : 0; };
    return {more(before.attempts, after.attempts), more(before.connected, after.connected),
            more(before.seconds, after.seconds),
            after.cost > before.cost ? after.cost - before.cost : amount{}};
}

traffic_sum larger(const traffic_sum& a, const traffic_sum& b)
{
    return {std::max(a.attempts, b.attempts), std::max(a.connected, b.connected),
            std::max(a.seconds, b.seconds), std::max(a.cost, b.cost)};
}

}  // namespace trunkwarden
