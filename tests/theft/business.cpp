#include "theft/business.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <random>

namespace trunkwarden::theft {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

// Prices are made up, and of the size that carriers publish.
constexpr price_list known_places[] = {
    {"US", "+1312555", 7'000, 4'000, false},     {"CA", "+1416555", 8'000, 5'000, false},
    {"GB", "+4420794", 15'000, 45'000, false},   {"DE", "+4930123", 18'000, 80'000, false},
    {"MX", "+5255123", 20'000, 40'000, false},   {"FR", "+3312345", 17'000, 60'000, false},
    {"JP", "+8131234", 60'000, 70'000, false},   {"BR", "+5511345", 50'000, 30'000, false},
    {"LV", "+3719000", 3'000'000, 90'000, true}, {"SL", "+2327600", 600'000, 350'000, false},
};

const std::vector<business>& all_businesses()
{
    static const std::vector<business> all{
        {.name = "small office",
         .calls_a_day = 80,
         .reached = {{"US", 0.95}, {"CA", 0.05}},
         .monthly_bill = 12},
        {.name = "call centre",
         .calls_a_day = 900,
         .minutes = 3,
         .reached = {{"US", 1}},
         .has_campaigns = true},
        {.name = "clinic on Mondays", .calls_a_day = 200, .hours = rhythm::monday, .reached = {{"US", 1}}},
        {.name = "month-end bills", .calls_a_day = 150, .reached = {{"US", 1}}, .monthly_bill = 180},
        {.name = "number purchases",
         .calls_a_day = 60,
         .reached = {{"US", 0.9}, {"GB", 0.1}},
         .purchases_a_month = 4,
         .has_sleeping_key = true},
        {.name = "moving phones", .calls_a_day = 70, .reached = {{"US", 1}}, .address_lasts_days = 9},
        {.name = "messaging sender", .calls_a_day = 20, .reached = {{"US", 1}}, .messages_a_day = 1500},
        {.name = "night shift",
         .calls_a_day = 250,
         .minutes = 4,
         .hours = rhythm::night,
         .reached = {{"US", 1}}},
        {.name = "seasonal shop",
         .calls_a_day = 180,
         .hours = rhythm::shop,
         .reached = {{"US", 1}},
         .messages_a_day = 100,
         .is_seasonal = true},
        {.name = "international sales",
         .calls_a_day = 160,
         .minutes = 5,
         .reached = {{"US", 0.4}, {"GB", 0.25}, {"DE", 0.2}, {"MX", 0.15}},
         .new_country_in_days = 45},
    };
    return all;
}

double weight_of(rhythm of_week, unsigned weekday, unsigned hour)  // Monday is 0
{
    const bool is_weekend = weekday >= 5;
    const bool is_office_hour = hour >= 8 && hour < 18;
    switch (of_week) {
        case rhythm::office:
            return is_weekend ? (is_office_hour ? 0.05 : 0.005) : (is_office_hour ? 1.0 : 0.03);
        case rhythm::monday:
            if (is_weekend || !is_office_hour)
                return 0;
            return weekday == 0 && hour < 11 ? 3.5 : 0.9;
        case rhythm::night:
            return hour >= 21 || hour < 6 ? 1.1 : 0.05;
        case rhythm::shop:
            return hour >= 10 && hour < 21 ? (weekday == 5 ? 1.8 : 0.9) : 0.02;
    }
    return 0;
}

double factor_of_day(const business& whose, std::uint64_t seed, int nth)
{
    double factor = 1;
    if (whose.has_campaigns && (nth + static_cast<int>(seed % 20)) % 21 < 5)
        factor *= 3;
    if (whose.is_seasonal)
        factor *= 1 + 0.8 * std::clamp((nth - 31) / 90.0, 0.0, 1.0);
    return factor;
}

class day_maker {
public:
    day_maker(const business& whose, std::uint64_t seed, int nth, day date)
        : whose_(whose),
          nth_(nth),
          date_(date),
          random_(seed * 1'000'003 + std::hash<std::string_view>()(whose.name) +
                  static_cast<std::uint64_t>(nth) * 7'919),
          factor_(factor_of_day(whose, seed, nth))
    {
    }

    day_of_use made()
    {
        for (unsigned hour = 0; hour < 24; ++hour)
            make_hour(hour);
        make_new_country();
        make_others();
        std::ranges::stable_sort(out_.calls, {}, &made_use::started);
        return std::move(out_);
    }

private:
    double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }
    time_point within(unsigned hour)
    {
        return date_ + std::chrono::hours(hour) + seconds(static_cast<int>(chance() * 3600));
    }

    void make_hour(unsigned hour)
    {
        const auto local = time_point(date_ + std::chrono::hours(hour)) + utc_offset;
        const auto local_day = std::chrono::floor<std::chrono::days>(local);
        const auto weekday = std::chrono::weekday(local_day).iso_encoding() - 1;
        const auto local_hour = static_cast<unsigned>((local - local_day) / 1h);
        constexpr double usual_weight = 10;  // of a day in the office
        const auto weight = factor_ * weight_of(whose_.hours, weekday, local_hour) / usual_weight;
        make_many(hour, whose_.calls_a_day * weight, traffic_product::sip_trunking);
        make_many(hour, whose_.messages_a_day * weight, traffic_product::messaging);
    }

    void make_many(unsigned hour, double expected, traffic_product product)
    {
        if (expected <= 0)
            return;
        const auto count = std::poisson_distribution<int>(expected)(random_);
        for (int at = 0; at < count; ++at)
            make_one(within(hour), place_of(country()), product);
    }

    std::string_view country()
    {
        auto left = chance();
        for (const auto& each : whose_.reached)
            if ((left -= each.part) < 0)
                return each.country;
        return whose_.reached.front().country;
    }

    // A few numbers are called again and again.
    int number()
    {
        constexpr int favourites = 30;
        return chance() < 0.3 ? static_cast<int>(chance() * favourites)
                              : 1000 + static_cast<int>(chance() * 900'000);
    }

    void make_one(time_point at, std::uint16_t place, traffic_product product)
    {
        made_use out{.started = at, .number = number(), .place = place, .product = product};
        const auto& price = known_places[place];
        if (product == traffic_product::messaging) {
            out.cost = price.message;
        } else if ((out.connected = chance() < 0.82)) {
            constexpr double spread = 0.9;
            constexpr double longest = 7'200;
            const auto spoken =
                std::lognormal_distribution<double>(std::log(whose_.minutes * 60), spread)(random_);
            out.seconds = static_cast<std::int32_t>(std::min(spoken, longest)) + 1;
            out.cost = (out.seconds + 59) / 60 * price.minute;
        }
        out_.calls.push_back(out);
    }

    void make_new_country()
    {
        if (whose_.new_country_in_days <= 0 || chance() >= 1 / whose_.new_country_in_days)
            return;
        constexpr std::string_view others[] = {"FR", "JP", "BR"};
        const auto place = place_of(others[static_cast<std::size_t>(chance() * 3)]);
        for (int at = 0; at < 3; ++at)
            make_one(within(16), place, traffic_product::sip_trunking);
    }

    void make_others()
    {
        using kind = happening::kind;
        const auto date = std::chrono::year_month_day(date_);
        if (whose_.monthly_bill > 0 && date.day() == std::chrono::day(1))
            out_.others.push_back({.at = within(6), .millionths = whose_.monthly_bill * 1'000'000});
        if (chance() < whose_.purchases_a_month / 30)
            out_.others.push_back(
                {.at = within(17), .millionths = (1 + static_cast<int>(chance() * 9)) * 1'000'000});
        if (whose_.address_lasts_days > 0 && chance() < 1 / whose_.address_lasts_days)
            out_.others.push_back(
                {.at = within(9),
                 .is = kind::address,
                 .address = fmt::format("198.51.{}.{}", 100 + random_() % 4, random_() % 256)});
        constexpr int quarter = 91;
        if (whose_.has_sleeping_key && nth_ % quarter == 60)
            out_.others.push_back({.at = within(15), .is = kind::key});
        std::ranges::sort(out_.others, {}, &happening::at);
    }

    const business& whose_;
    int nth_;
    day date_;
    std::mt19937_64 random_;
    double factor_;
    day_of_use out_;
};

}  // namespace

std::span<const price_list> places()
{
    return known_places;
}

std::uint16_t place_of(std::string_view country)
{
    const auto* const found = std::ranges::find(known_places, country, &price_list::country);
    return static_cast<std::uint16_t>(found == std::end(known_places) ? 0 : found - std::begin(known_places));
}

std::span<const business> businesses()
{
    return all_businesses();
}

day_of_use use_of_day(const business& whose, std::uint64_t seed, int nth, day date)
{
    return day_maker(whose, seed, nth, date).made();
}

}  // namespace trunkwarden::theft
