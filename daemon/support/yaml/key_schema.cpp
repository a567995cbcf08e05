#include "support/yaml/key_schema.hpp"

#include <array>
#include <utility>

namespace trunkwarden {

std::string duration_text(std::chrono::milliseconds span)
{
    using namespace std::chrono_literals;
    using unit = std::pair<std::chrono::milliseconds, std::string_view>;
    constexpr std::array<unit, 4> units{{{24h, "d"}, {1h, "h"}, {1min, "m"}, {1s, "s"}}};
    for (const auto& [length, name] : units)
        if (span % length == 0ms && span != 0ms)
            return fmt::format("{}{}", span / length, name);
    return span == 0ms ? "0s" : fmt::format("{}ms", span.count());
}

}  // namespace trunkwarden
