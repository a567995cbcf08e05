#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/traffic_policy.hpp"
#include "support/clock.hpp"

// Ten kinds of business as they use a Telnyx account: made up, by seed, on simulated time. The same seed and
// day make the same calls.

namespace trunkwarden::theft {

// A call or a message. Money is in millionths.
struct made_use {
    time_point started;
    std::int32_t seconds = 0;
    std::int32_t number = 0;  // within its country
    std::uint16_t place = 0;  // of places()
    traffic_product product = traffic_product::sip_trunking;
    bool connected = true;
    bool is_theft = false;
    std::int64_t cost = 0;

    time_point ended() const { return started + std::chrono::seconds(seconds); }
};

// A country with the price of a minute, or of a message.
struct price_list {
    std::string_view country;
    std::string_view prefix;  // its numbers are this and seven digits
    std::int64_t minute;
    std::int64_t message;
    bool costs_dearly;
};
std::span<const price_list> places();
std::uint16_t place_of(std::string_view country);

// Something that is no call: a bill, numbers that were bought, a phone with another address, a key that is
// used.
struct happening {
    enum class kind : std::uint8_t { charge, address, key };
    time_point at;
    kind is = kind::charge;
    std::int64_t millionths = 0;  // of a charge
    std::string address = {};     // of a phone
    bool is_theft = false;
};

// When people call: weights of the hours of a local day.
enum class rhythm : std::uint8_t { office, monday, night, shop };

struct share {
    std::string_view country;
    double part;
};

struct business {
    std::string_view name;
    double calls_a_day = 0;
    double minutes = 2.5;  // of half the calls at most
    rhythm hours = rhythm::office;
    std::vector<share> reached;
    double messages_a_day = 0;
    std::int64_t monthly_bill = 0;   // whole units
    double purchases_a_month = 0;    // of numbers
    bool has_campaigns = false;      // a week with three times as many calls, again and again
    bool is_seasonal = false;        // grows for three months
    double new_country_in_days = 0;  // 0: never calls another one
    double address_lasts_days = 0;   // 0: phones keep their addresses
    bool has_sleeping_key = false;   // used once a quarter
};
std::span<const business> businesses();

// The local time of all of them, without summer time.
inline constexpr auto utc_offset = std::chrono::hours(-6);

// A day of it. Days count from the first one that capture looks at; seasons and campaigns depend on it.
struct day_of_use {
    std::vector<made_use> calls;  // as they began
    std::vector<happening> others;
};
day_of_use use_of_day(const business& whose, std::uint64_t seed, int nth, day date);

}  // namespace trunkwarden::theft
