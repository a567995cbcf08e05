#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "destinations/destination_risk.hpp"

// The destination of a number that a Telnyx resource forwards to, or dials, and whether such a call costs
// dearly. Pure: a table compiled in, no I/O. Its sources and limits are in
// docs/decisions/0003-destination-table.md.

namespace trunkwarden {

// `place`, `region` and `prefix` point into the table, which lives as long as the program;
// for a SIP address `place` points into the text that was weighed.
struct destination {
    destination_risk risk = destination_risk::malformed;
    std::string_view place;   // "Jamaica", "Iridium"; the host of a SIP address
    std::string_view region;  // ISO 3166 alpha-2, "001" for worldwide services, "" where there is none
    std::string_view prefix;  // the digits that decided it, country calling code first: "1876"
    bool operator==(const destination&) const = default;
};

// Takes any text; allocates nothing and never throws.
// "+" (or 00, or 011) begins an international number. Without it, ten digits are a North American number,
// eleven to fifteen an E.164 number whose plus was left out, and three to six a short code.
destination weigh_destination(std::string_view number) noexcept;

// One that costs dearly among the numbers that begin with `beginning`, a plus and digits or less; nothing
// when the table has none there.
std::optional<destination> costliest_destination_behind(std::string_view beginning) noexcept;

// Whether messages to the country cost dearly: a carrier there shares their price with thieves. By ISO 3166
// alpha-2, as `region` has it.
bool is_pumped_by_messages(std::string_view region) noexcept;

// One phrase for a finding: "Jamaica (+1 876), looks domestic", "premium rate, Latvia (+371 900)".
std::string describe(const destination& reached);

}  // namespace trunkwarden
