#include "theft/thief.hpp"

#include <algorithm>
#include <random>

namespace trunkwarden::theft {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

class theft_maker {
public:
    theft_maker(std::uint64_t seed, time_point begin) : random_(seed * 31 + 17) { out_.began = begin; }

    // `lines` calls at a time, each for so long, one after the other.
    void call(std::string_view country, seconds after, std::pair<int, seconds> lines_and_length,
              seconds lasting)
    {
        const auto [lines, length] = lines_and_length;
        for (auto at = after; at < after + lasting; at += length)
            for (int line = 0; line < lines; ++line)
                add(country, at + seconds(line % 10), length, traffic_product::sip_trunking);
    }

    void attempt(std::string_view country, seconds after, seconds every, seconds lasting)
    {
        for (auto at = after; at < after + lasting; at += every) {
            add(country, at, 0s, traffic_product::sip_trunking);
            out_.calls.back().connected = false;
            out_.calls.back().cost = 0;
        }
    }

    void send(std::string_view country, seconds after, int a_minute, seconds lasting)
    {
        for (auto at = after; at < after + lasting; at += 1min)
            for (int nth = 0; nth < a_minute; ++nth)
                add(country, at + seconds(nth), 0s, traffic_product::messaging);
    }

    // A call of a few minutes each hour, at another minute of it.
    void trickle(std::string_view country, int days)
    {
        for (int hour = 0; hour < 24 * days; ++hour)
            add(country, std::chrono::hours(hour) + seconds(random_() % 3000), 230s,
                traffic_product::sip_trunking);
    }

    void happen(happening::kind is, seconds after, std::string address)
    {
        out_.others.push_back(
            {.at = out_.began + after, .is = is, .address = std::move(address), .is_theft = true});
    }

    theft_made made()
    {
        std::ranges::stable_sort(out_.calls, {}, &made_use::started);
        return std::move(out_);
    }

private:
    void add(std::string_view country, seconds after, seconds length, traffic_product product)
    {
        const auto place = place_of(country);
        const auto& price = places()[place];
        const auto minutes = (length.count() + 59) / 60;
        out_.calls.push_back(
            {.started = out_.began + after,
             .seconds = static_cast<std::int32_t>(length.count()),
             .number = static_cast<std::int32_t>(random_() % 900),
             .place = place,
             .product = product,
             .is_theft = true,
             .cost = product == traffic_product::messaging ? price.message : minutes * price.minute});
    }

    std::mt19937_64 random_;
    theft_made out_;
};

}  // namespace

std::vector<thief> every_thief()
{
    std::vector<thief> out;
    for (std::size_t at = 0; at < enumerators_of<thief>(); ++at)
        out.push_back(static_cast<thief>(at));
    return out;
}

std::string_view words_of(thief who)
{
    constexpr auto words = table_for<thief, std::string_view>(
        "Friday-night burst, $45 a minute", "slow, a country nobody calls", "slow, a country that is called",
        "prober, all refused", "prober, then the burst", "SMS pumper", "registered beside the phone",
        "sleeping API key, then messages");
    return words[who];
}

theft_made make_theft(thief who, const business& victim, std::uint64_t seed, day friday)
{
    std::mt19937_64 random(seed);
    theft_maker make(seed, time_point(friday) + 22h - utc_offset + seconds(random() % 3600));
    switch (who) {
        case thief::burst:
            make.call("LV", 0s, {15, 60s}, 20min);
            break;
        case thief::slow_abroad:
            make.trickle("BR", 10);
            break;
        case thief::slow_at_home:
            make.trickle(victim.reached.back().country, 10);
            break;
        case thief::prober:
            make.attempt("LV", 0s, 5s, 15min);
            break;
        case thief::then_burst:
            make.attempt("LV", 0s, 5s, 10min);
            make.call("LV", 30min, {15, 60s}, 20min);
            break;
        case thief::sms_pumper:
            make.send("SL", 0s, 50, 30min);
            break;
        case thief::beside:
            make.happen(happening::kind::address, 0s, "192.0.2.66");
            make.call("LV", 10min, {3, 240s}, 60min);
            break;
        case thief::sleeping_key:
            make.happen(happening::kind::key, 0s, {});
            make.send("SL", 10min, 40, 60min);
            break;
    }
    return make.made();
}

}  // namespace trunkwarden::theft
