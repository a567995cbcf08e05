#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trunkwarden::simulator {

// "45.00", "-3.5" or "7" in hundredths. Throws std::invalid_argument for any other text.
std::int64_t cents_of(std::string_view text);

std::string text_of_cents(std::int64_t cents);

}  // namespace trunkwarden::simulator
