#pragma once

#include <cstddef>

#include "alerts/notification.hpp"

namespace trunkwarden {

// How long a message may be. An intruder chooses names and values of any length.
struct message_limits {
    std::size_t text = 2048;           // bytes of one text
    std::size_t whole = 256UL * 1024;  // bytes of all of it, as JSON
};

// For the n-th try to say it, of a receiver that finds the ones before too large: a quarter each time.
inline constexpr unsigned max_shorter = 3;
message_limits limits_of_try(unsigned n);

// The same within the limits; a part that was cut says so. The beginning of a long text is kept ("… [cut,
// 70000 bytes in all]"); of fields and findings the first ones, which are the most severe ("fields_left_out",
// "more"); of ids the first ones ("ids_left_out"). One finding at least stays.
notification cut_to(notification notification, const message_limits& limits);

}  // namespace trunkwarden
