#include "status/clock_trouble.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "support/clock.hpp"

namespace trunkwarden {
namespace {

// An answer of HTTP has a Date; one of SMTP has none.
bool can_tell_a_time(const sink_status& sink)
{
    return sink.type != sink_type::email;
}

}  // namespace

std::optional<std::string> clock_trouble(const std::vector<sink_status>& sinks)
{
    constexpr auto much = std::chrono::minutes(1);
    if (std::ranges::any_of(sinks, can_tell_a_time) &&
        std::ranges::none_of(sinks, [](const sink_status& sink) { return sink.clock_ahead.has_value(); }))
        return std::nullopt;
    for (const auto& sink : sinks) {
        const auto ahead = sink.clock_ahead.value_or(std::chrono::milliseconds(0));
        if (std::chrono::abs(ahead) > much)
            return fmt::format("the clock of this host is {} {} that of sink {}; look at timedatectl on both",
                               for_people(std::chrono::abs(std::chrono::floor<std::chrono::seconds>(ahead))),
                               ahead.count() > 0 ? "behind" : "ahead of", sink.name);
    }
    return std::string();
}

}  // namespace trunkwarden
