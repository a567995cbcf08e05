#include "baseline/compare/compare_traffic.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/escape.hpp"

namespace trunkwarden {
namespace {

using way = config_change::way;

// "sip-trunking from 1293384261075731499 to CA, GB, US, Mon..Fri 07:00-20:00 America/Chicago"
std::string words_of(const traffic_entry& entry)
{
    constexpr std::size_t most_countries = 12;
    auto out = std::string(name_of(entry.product));
    if (!entry.connection_id.empty())
        out += " from " + printable(entry.connection_id, 64);
    if (entry.destinations.size() > most_countries)
        out += fmt::format(" to {} countries", entry.destinations.size());
    else if (!entry.destinations.empty())
        out += fmt::format(" to {}", fmt::join(entry.destinations, ", "));
    if (entry.hours)
        out += ", " + entry.hours->text();
    return out;
}

bool are_of_the_same(const traffic_entry& a, const traffic_entry& b)
{
    return a.product == b.product && a.connection_id == b.connection_id && a.destinations == b.destinations &&
           a.hours == b.hours && a.expires == b.expires;
}

std::string text_of(const std::optional<unsigned>& limit)
{
    return limit ? fmt::format("{}", *limit) : std::string("not there");
}
std::string text_of(const std::optional<amount>& limit)
{
    return limit ? to_text(*limit) : std::string("not there");
}

template <class Limit>
void compare(std::string_view name, const traffic_entry& before, const traffic_entry& after,
             std::optional<Limit> traffic_entry::*limit, config_changes& out)
{
    const auto& was = before.*limit;
    const auto& is = after.*limit;
    if (was != is)
        out.add(!is || (was && *is > *was) ? way::wider : way::narrower,
                fmt::format("{} of traffic, {}, is now {}, was {}", name, words_of(after), text_of(is),
                            text_of(was)));
}

void compare_limits(const traffic_entry& before, const traffic_entry& after, config_changes& out)
{
    compare("max_calls_per_hour", before, after, &traffic_entry::max_calls_per_hour, out);
    compare("max_minutes_per_hour", before, after, &traffic_entry::max_minutes_per_hour, out);
    compare("max_cost_per_hour", before, after, &traffic_entry::max_cost_per_hour, out);
    compare("max_calls_to_one_number", before, after, &traffic_entry::max_calls_to_one_number, out);
    compare("max_call_minutes", before, after, &traffic_entry::max_call_minutes, out);
}

// Entries of `some` that `other` does not have word for word.
std::vector<const traffic_entry*> not_in(const traffic_policy& other, const traffic_policy& some)
{
    std::vector<const traffic_entry*> out;
    for (const auto& entry : some.entries)
        if (std::ranges::none_of(other.entries, [&entry](const traffic_entry& known) {
                return trusts_the_same(known, entry);
            }))
            out.push_back(&entry);
    return out;
}

}  // namespace

void compare_traffic(const traffic_policy& before, const traffic_policy& after, config_changes& out)
{
    if (before.present && !after.present)
        return out.add(way::wider, "the section traffic is gone: no traffic is read or judged");
    auto gone = not_in(after, before);
    for (const auto* entry : not_in(before, after)) {
        const auto same = std::ranges::find_if(
            gone, [entry](const traffic_entry* old) { return are_of_the_same(*old, *entry); });
        if (same == gone.end()) {
            out.add(way::wider, fmt::format("now trusts traffic: {}", words_of(*entry)));
            continue;
        }
        compare_limits(**same, *entry, out);
        gone.erase(same);
    }
    for (const auto* entry : gone)
        out.add(way::narrower, fmt::format("no longer trusts traffic: {}", words_of(*entry)));
    if (gone.empty() && before != after && not_in(before, after).empty())
        out.add(way::wider,
                "the entries of traffic are in another order: each call counts for the first that "
                "covers it");
}

}  // namespace trunkwarden
