#pragma once

#include <array>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "baseline/baseline.hpp"
#include "support/yaml/key_table.hpp"

// Every key that a baseline may have: the parser knows them, and the JSON Schema describes them to editors.

namespace trunkwarden {

inline constexpr std::tuple two_factor_keys{
    key{"required", key_is::flag{&two_factor_policy::required},
        "false: it is not asked for, and not reported as a hole."},
    key{"attested", key_is::date{&two_factor_policy::attested}, "The day somebody looked at the portal."},
    key{"attested_by", key_is::text{&two_factor_policy::attested_by}, "The person who looked."},
    key{"max_age", key_is::duration{&two_factor_policy::max_age},
        "After that the attestation is a finding of kind expired."}};

inline constexpr std::tuple spending_keys{
    key{"max_per_minute", key_is::money{&spending_policy::max_per_minute},
        "The most that may be spent in any minute, in the account's currency."},
    key{"max_per_hour", key_is::money{&spending_policy::max_per_hour},
        "The most that may be spent in any hour."},
    key{"max_per_day", key_is::money{&spending_policy::max_per_day},
        "The most that may be spent on one day, UTC."},
    key{"max_top_ups_per_day", key_is::optional_whole_number{&spending_policy::max_top_ups_per_day, 1000},
        "How often money may come in on one day, UTC: auto-recharge, card or API."},
    key{"max_single_charge", key_is::money{&spending_policy::max_single_charge},
        "One fall of the balance a day up to this counts for no limit, such as the monthly bill."},
    key{"min_available_credit", key_is::money{&spending_policy::min_available_credit},
        "The least that may be left to spend."}};

inline constexpr std::tuple traffic_keys{
    key{"product", key_is::one_of{&traffic_entry::product}, "The product of Telnyx.",
        "an entry of traffic needs a product: sip-trunking, call-control, webrtc, messaging, verify or fax"},
    key{"connection_id", key_is::text{&traffic_entry::connection_id},
        "The connection that sends it, of messages the messaging profile. Left out: any."},
    key{"destinations", key_is::texts{&traffic_entry::destinations, "^[A-Z]{2}$"},
        "The countries it may go to, ISO 3166; +1 numbers by area code. Left out: any."},
    key{"max_calls_per_hour", key_is::optional_whole_number{&traffic_entry::max_calls_per_hour, 100'000'000},
        "The most attempts within any hour, refused ones included."},
    key{"max_minutes_per_hour",
        key_is::optional_whole_number{&traffic_entry::max_minutes_per_hour, 100'000'000},
        "The most minutes that are charged within any hour."},
    key{"max_cost_per_hour", key_is::money{&traffic_entry::max_cost_per_hour},
        "The most that it may cost within any hour, in the account's currency."},
    key{"max_calls_to_one_number",
        key_is::optional_whole_number{&traffic_entry::max_calls_to_one_number, 1'000'000},
        "The most attempts to one number within any hour."},
    key{"max_call_minutes", key_is::optional_whole_number{&traffic_entry::max_call_minutes, 1440},
        "The longest that one call may be."},
    key{"hours", key_is::text{&traffic_entry::written_hours},
        "When calls may begin, such as \"Mon..Fri 07:00-20:00 America/Chicago\". Left out: always."},
    key{"reason", key_is::text{&traffic_entry::reason}, "Why this is trusted."},
    key{"approved_by", key_is::text{&traffic_entry::approved_by}, "The person who approved it."},
    key{"expires", key_is::date{&traffic_entry::expires}, "The last day on which this is trusted, UTC."},
    key{"ticket", key_is::text{&traffic_entry::ticket}, "Where it was decided."}};

inline constexpr std::tuple call_limit_keys{
    key{"connection_id", key_is::text{&call_limit::connection_id},
        "The connection or application whose calls are counted."},
    key{"max_calls", key_is::optional_whole_number{&call_limit::max_calls, 100'000},
        "The most calls that may run on it at the same time."},
    key{"max_call_minutes", key_is::optional_whole_number{&call_limit::max_call_minutes, 1440},
        "How long one of them may run. Left out: for ever."},
    key{"reason", key_is::text{&call_limit::reason}, "Why so many are right."}};

// A key of entries that is for people or for the calendar, and trusts nothing.
struct entry_note {
    std::string_view name;
    std::string_view about;
};
inline constexpr std::array<entry_note, 4> entry_notes{
    {{"reason", "Why this is trusted."},
     {"approved_by", "The person who approved it."},
     {"expires", "The last day on which this is trusted, UTC."},
     {"ticket", "Where it was decided."}}};

// The field that is the resource's id, as phone_number is of phone_numbers; nullptr where there is none.
const watched_field* identity_field(const resource_type& type);

// Whether an entry may name its object by `name`: id, or the API's own word for it.
bool names_the_object(const resource_type& type, std::string_view name);

// Whether the resource has entries at all: two_factor, spending, traffic and active_calls have sections of
// their own.
bool has_entries(const resource_type& type);

// The keys an entry of this resource may have, fields by their dotted paths.
std::vector<std::string_view> entry_keys(const resource_type& type);

// The keys of the file.
std::vector<std::string_view> top_level_keys(std::span<const resource_type> types);

// The keys whose values may be shown with a problem: those a secret has no place in.
std::vector<std::string_view> keys_without_secrets(std::span<const resource_type> types);

}  // namespace trunkwarden
