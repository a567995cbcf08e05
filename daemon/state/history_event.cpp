#include "state/history_event.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <numeric>

#include "support/escape.hpp"

namespace trunkwarden {
namespace {

history_weight weight_of_finding(severity level)
{
    return level == severity::critical ? history_weight::critical
           : level == severity::high   ? history_weight::high
                                       : history_weight::light;
}

}  // namespace

history_weight weight_of(const history_event& event)
{
    switch (event.kind) {
        case history_kind::opened:
        case history_kind::changed:
        case history_kind::attributed:
        case history_kind::contained:
        case history_kind::resolved:
        case history_kind::blind:
        case history_kind::sees_again:
        case history_kind::dead_letter:
            return weight_of_finding(event.level);
        case history_kind::action:
            return std::max(weight_of_finding(event.level), history_weight::high);
        case history_kind::delivered:
            return history_weight::light;
        case history_kind::spent:
            return history_weight::high;
        case history_kind::acknowledged:
        case history_kind::unacknowledged:
        case history_kind::accepted:
        case history_kind::reload:
        case history_kind::not_reloaded:
        case history_kind::frozen:
        case history_kind::thawed:
        case history_kind::lockdown:
        case history_kind::started:
        case history_kind::stopped:
        case history_kind::forgotten:
            break;
    }
    return history_weight::act;
}

bool is_news(const history_event& event)
{
    return weight_of(event) != history_weight::light && event.kind != history_kind::spent;
}

// The place of an event is its moment and its number, which is positive (history_reader.cpp).
std::string before_moment(time_point at)
{
    return fmt::format("{}-0", milliseconds_of(at));
}

void shorten(history_event& event)
{
    constexpr std::size_t longest_sentence = 500;
    constexpr std::size_t longest_name = 200;
    event.sentence = printable(event.sentence, longest_sentence);
    event.by = printable(event.by, longest_name);
}

std::size_t keep_heaviest(std::vector<history_event>& events, std::size_t most)
{
    if (events.size() <= most)
        return 0;
    std::vector<std::size_t> places(events.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    const auto goes = events.size() - most;
    std::ranges::stable_sort(places, {}, [&events](std::size_t place) { return weight_of(events[place]); });
    std::vector<bool> gone(events.size());
    for (std::size_t at = 0; at < goes; ++at)
        gone[places[at]] = true;
    std::size_t place = 0;
    std::erase_if(events, [&gone, &place](const history_event&) { return gone[place++]; });
    return goes;
}

}  // namespace trunkwarden
