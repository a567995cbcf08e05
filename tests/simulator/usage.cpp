#include "simulator/usage.hpp"

#include <algorithm>
#include <utility>

namespace trunkwarden::simulator {
namespace {

struct known_place {
    std::string_view prefix;
    number_place is;
};

// Longer ones first.
constexpr known_place known_places[] = {
    {"+1876", {"JM", 1}},  {"+371", {"LV", 371}}, {"+225", {"CI", 225}}, {"+232", {"SL", 232}},
    {"+252", {"SO", 252}}, {"+256", {"UG", 256}}, {"+880", {"BD", 880}}, {"+44", {"GB", 44}},
    {"+47", {"NO", 47}},   {"+49", {"DE", 49}},   {"+52", {"MX", 52}},   {"+1416", {"CA", 1}},
};

}  // namespace

number_place place_of_number(std::string_view number)
{
    const auto* const found = std::ranges::find_if(
        known_places, [number](const known_place& each) { return number.starts_with(each.prefix); });
    return found == std::end(known_places) ? number_place{"US", 1} : found->is;
}

void usage::add(used some)
{
    const auto later = std::ranges::upper_bound(all_, some.started, {}, &used::started);
    all_.insert(later, std::move(some));
}

void usage::refuse_from(std::string_view id, time_point now)
{
    for (used& each : all_) {
        if (each.started >= now && (each.connection_id == id || each.profile_id == id)) {
            each.connected = false;
            each.lasts = std::chrono::seconds(0);
            each.cents = 0;
        }
    }
}

std::int64_t usage::take_rated(time_point now)
{
    std::int64_t cents = 0;
    for (used& each : all_) {
        if (!each.is_charged && is_rated(each, now)) {
            each.is_charged = true;
            cents += each.cents;
        }
    }
    return cents;
}

}  // namespace trunkwarden::simulator
