#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "baseline/traffic_policy.hpp"
#include "support/amount.hpp"
#include "support/clock.hpp"

// The words of traffic: who sent something (a connection, or a messaging profile), to which country, and how
// much. Pure.

namespace trunkwarden {

// In place of a country: emergency numbers, short codes and international freephone. They belong to none, and
// every entry covers them.
inline constexpr std::string_view service_numbers = "service";

// In place of a country or a connection: the report does not have them at all, so that nobody can be blamed.
inline constexpr std::string_view not_in_report = "*";

// In a finding, in place of a connection: several made the sum, and none is known to be the one that is too
// much.
inline constexpr std::string_view several_senders = "several";

// Traffic that is judged together.
struct traffic_lane {
    traffic_product product{};
    std::string connection;  // "": the API says none
    std::string country;     // ISO 3166 alpha-2 by our own table; "": not known, which no country set covers

    friend bool operator==(const traffic_lane&, const traffic_lane&) = default;
    friend bool operator<(const traffic_lane& a, const traffic_lane& b)
    {
        return std::tie(a.product, a.connection, a.country) < std::tie(b.product, b.connection, b.country);
    }
};

// "sip-trunking/1293384261075731499/LV": the id of its finding.
std::string id_of(const traffic_lane& lane);

// The country that a report or a record names: capitals, by our own table; "" for any other text.
std::string country_named(std::string_view code);

// Whether a call to the country costs dearly, as far as its ordinary numbers show; of messages and
// verifications also where carriers share their price.
bool country_costs_dearly(std::string_view country, traffic_product product);

// Whether numbers of both begin with the same calling code, as those of the United States and Jamaica do.
bool share_a_calling_code(std::string_view country, std::string_view other);

// More of anything is counted as so many: a number that lies must not make a sum small.
inline constexpr std::uint64_t most_counted = 1'000'000'000'000;

struct traffic_sum {
    std::uint64_t attempts = 0;
    std::uint64_t connected = 0;
    std::uint64_t seconds = 0;
    amount cost;

    friend bool operator==(const traffic_sum&, const traffic_sum&) = default;
};

traffic_sum& operator+=(traffic_sum& to, const traffic_sum& more);

// Each number of `after` that is larger, by how much; the others are 0.
traffic_sum increase(const traffic_sum& before, const traffic_sum& after);

// The larger one of each number.
traffic_sum larger(const traffic_sum& a, const traffic_sum& b);

// One row of a usage report: the traffic of a lane since `period` began. A period is an hour, or a UTC day
// where the API does not offer hours.
struct usage_row {
    traffic_lane lane;
    time_point period;
    traffic_sum sum;
};

// One call, message, verification or fax, from its detail record.
struct detail_record {
    std::string id;
    traffic_lane lane;
    std::string number;  // the called one, as the API has it; "" where there is none
    bool costs_dearly = false;
    time_point started;
    time_point ended;  // as far as the API says, else by its seconds
    bool connected = false;
    std::uint64_t seconds = 0;  // of the call
    std::uint64_t billed_seconds = 0;
    amount cost;
};

}  // namespace trunkwarden
