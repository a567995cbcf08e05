#pragma once

#include <array>
#include <string_view>

// The names of days and months in the headers of HTTP and of mails.

namespace trunkwarden {

// As std::chrono::weekday counts them.
inline constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

inline constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace trunkwarden
