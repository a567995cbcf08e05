#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/weekly_hours.hpp"
#include "support/amount.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

// The products of Telnyx whose use is judged, by their names in a baseline.
enum class traffic_product : std::uint8_t { sip_trunking, call_control, webrtc, messaging, verify, fax };

template <>
inline constexpr auto names_of<traffic_product> = word_table<traffic_product>("sip-trunking", "call-control",
                                                                              "webrtc", "messaging", "verify",
                                                                              "fax");

// The `product` of GET /usage_reports (docs/telnyx-api.md).
constexpr std::string_view usage_report_name(traffic_product product)
{
    constexpr auto names = table_for<traffic_product, std::string_view>(
        "sip-trunking", "call-control", "webrtc", "messaging", "verify-2fa", "fax-api");
    return names[product];
}

// The `filter[record_type]` of GET /detail_records.
constexpr std::string_view detail_record_name(traffic_product product)
{
    constexpr auto names = table_for<traffic_product, std::string_view>(
        "sip-trunking", "call-control", "webrtc", "messaging", "verify-2fa", "fax-api");
    return names[product];
}

// One call of it, for sentences.
constexpr std::string_view noun_of(traffic_product product)
{
    constexpr auto nouns = table_for<traffic_product, std::string_view>("call", "call", "call", "message",
                                                                        "verification", "fax");
    return nouns[product];
}

// Whether it lasts, as calls and faxes do: messages and verifications are sent.
constexpr bool has_minutes(traffic_product product)
{
    return product != traffic_product::messaging && product != traffic_product::verify;
}

// Traffic that is trusted, and how much of it. A limit that is not there does not hold.
struct traffic_entry {
    traffic_product product{};
    std::string connection_id;                   // "": any. For messages, the messaging profile
    std::vector<std::string> destinations;       // ISO 3166 alpha-2, sorted; empty: any
    std::optional<unsigned> max_calls_per_hour;  // attempts, refused ones included; of messages, messages
    std::optional<unsigned> max_minutes_per_hour;
    std::optional<amount> max_cost_per_hour;
    std::optional<unsigned> max_calls_to_one_number;  // within an hour
    std::optional<unsigned> max_call_minutes;         // of one call
    std::optional<weekly_hours> hours;                // nothing: always
    std::string written_hours;                        // the same as text
    std::optional<day> expires;                       // trusts through the end of this day, UTC
    std::string reason;
    std::string approved_by;
    std::string ticket;
    std::uint32_t line = 0;  // in the baseline; 0 where there is none

    bool has_limits() const
    {
        return max_calls_per_hour || max_minutes_per_hour || max_cost_per_hour || max_calls_to_one_number ||
               max_call_minutes;
    }
};

// The same traffic with the same limits. Notes and the place in the file do not count.
inline bool trusts_the_same(const traffic_entry& a, const traffic_entry& b)
{
    return a.product == b.product && a.connection_id == b.connection_id && a.destinations == b.destinations &&
           a.max_calls_per_hour == b.max_calls_per_hour && a.max_minutes_per_hour == b.max_minutes_per_hour &&
           a.max_cost_per_hour == b.max_cost_per_hour &&
           a.max_calls_to_one_number == b.max_calls_to_one_number &&
           a.max_call_minutes == b.max_call_minutes && a.hours == b.hours && a.expires == b.expires;
}

// More entries are refused: each call is compared with each of them.
inline constexpr std::size_t most_traffic_entries = 1000;

// The traffic that an account may have. Each call counts for the first entry that covers it.
struct traffic_policy {
    bool present = false;
    std::vector<traffic_entry> entries;
    std::uint32_t line = 0;  // of the section; 0 where there is none

    bool names(traffic_product product) const
    {
        return std::ranges::find(entries, product, &traffic_entry::product) != entries.end();
    }
    friend bool operator==(const traffic_policy& a, const traffic_policy& b)
    {
        return a.present == b.present && std::ranges::equal(a.entries, b.entries, trusts_the_same);
    }
};

}  // namespace trunkwarden
