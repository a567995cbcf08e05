#pragma once

#include <string>
#include <string_view>

#include "use/traffic.hpp"

// Sentences about traffic.

namespace trunkwarden {

// "sip-trunking to Latvia (LV)"
std::string label_of(const traffic_lane& lane);

// " from connection 1293384261075731499"; "" when it is not known.
std::string sender_of(const traffic_lane& lane);

// "Latvia", "Jamaica"; "countries that are not known"
std::string place_of(std::string_view country);

// "412 calls", "1 message"
std::string attempts_counted(traffic_product product, std::uint64_t attempts);

// "412 attempts to Latvia, all refused: somebody is trying", "12 calls to Latvia, 3 not answered or refused,
// 251 minutes, cost 12.20"
std::string words_of(const traffic_lane& lane, const traffic_sum& sum);

// "calls there cost dearly", of a lane whose traffic does.
std::string_view words_of_danger(traffic_product product);

// The beginning of a number, which says where it is, without the rest that says whose it is: "+3719000****".
std::string masked_number(std::string_view number);

}  // namespace trunkwarden
