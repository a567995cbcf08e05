#include "simulator/cents.hpp"

#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <stdexcept>

namespace trunkwarden::simulator {

std::int64_t cents_of(std::string_view text)
{
    const bool negative = text.starts_with('-');
    std::string digits(text.substr(negative ? 1 : 0));
    const auto point = digits.find('.');
    const auto places = point == std::string::npos ? 0 : digits.size() - point - 1;
    if (point != std::string::npos) {
        digits.erase(point, 1);
    }
    digits.append(places <= 2 ? 2 - places : 0, '0');
    std::int64_t cents = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, cents);
    if (read.ptr != end || read.ec != std::errc() || places > 2 || cents < 0) {
        throw std::invalid_argument(fmt::format("\"{}\" is no amount such as 45.00", text));
    }
    return negative ? -cents : cents;
}

std::string text_of_cents(std::int64_t cents)
{
    const auto size = std::abs(cents);
    return fmt::format("{}{}.{:02}", cents < 0 ? "-" : "", size / 100, size % 100);
}

}  // namespace trunkwarden::simulator
