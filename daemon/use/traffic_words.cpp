#include "use/traffic_words.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "destinations/destination_table.hpp"
#include "support/plural.hpp"

namespace trunkwarden {

std::string place_of(std::string_view country)
{
    if (country.empty())
        return "a country that is not known";
    if (country == service_numbers)
        return "service numbers";
    if (country == not_in_report)
        return "any country";
    std::string_view place = country;
    std::size_t shortest = dialling_plan::max_prefix + 1;
    for (const auto& row : dialling_plan::table)
        if (row.region == country && !costs_dearly(row.risk) && row.prefix.size() < shortest) {
            place = row.place;
            shortest = row.prefix.size();
        }
    for (const auto& row : dialling_plan::table)
        if (row.region == country && row.risk == destination_risk::high_risk &&
            row.prefix.size() < shortest) {
            place = row.place;
            shortest = row.prefix.size();
        }
    return std::string(place);
}

std::string label_of(const traffic_lane& lane)
{
    auto out = fmt::format("{} to {}", name_of(lane.product), place_of(lane.country));
    if (lane.country.size() == 2)
        out += fmt::format(" ({})", lane.country);
    return out;
}

std::string sender_of(const traffic_lane& lane)
{
    if (lane.connection.empty() || lane.connection == not_in_report)
        return {};
    const bool is_profile =
        lane.product == traffic_product::messaging || lane.product == traffic_product::verify;
    return fmt::format(" from {} {}", is_profile ? "profile" : "connection", lane.connection);
}

std::string attempts_counted(traffic_product product, std::uint64_t attempts)
{
    const auto noun = noun_of(product);
    return fmt::format("{} {}{}", attempts, noun,
                       attempts == 1                     ? ""
                       : product == traffic_product::fax ? "es"
                                                         : "s");
}

std::string words_of(const traffic_lane& lane, const traffic_sum& sum)
{
    const auto place = place_of(lane.country);
    const auto refused = sum.attempts > sum.connected ? sum.attempts - sum.connected : 0;
    if (sum.attempts > 0 && refused == sum.attempts && sum.cost == amount{})
        return fmt::format("{} to {}, all refused: somebody is trying", plural(sum.attempts, "attempt"),
                           place);
    auto out = fmt::format("{} to {}", attempts_counted(lane.product, sum.attempts), place);
    if (refused > 0)
        out +=
            fmt::format(", {} {}", refused, has_minutes(lane.product) ? "not answered or refused" : "failed");
    if (sum.seconds > 0)
        out += ", " + plural((sum.seconds + 59) / 60, "minute");
    if (sum.cost > amount{})
        out += ", cost " + to_text(sum.cost);
    return out;
}

std::string_view words_of_danger(traffic_product product)
{
    return has_minutes(product) ? "calls there cost dearly"
                                : "messages there are a target of fraud: carriers share their price";
}

std::string masked_number(std::string_view number)
{
    constexpr std::size_t hidden = 4;
    if (number.size() <= 2 * hidden)
        return std::string(number);  // a short code or a service: it is nobody's
    return std::string(number.substr(0, number.size() - hidden)) + "****";
}

}  // namespace trunkwarden
