#include "cli/report/local_time.hpp"

#include <array>
#include <ctime>

namespace trunkwarden {

std::string local_time(time_point at)
{
    const std::time_t seconds =
        std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(at));
    std::tm here{};
    std::tm utc{};
    if (::localtime_r(&seconds, &here) == nullptr || ::gmtime_r(&seconds, &utc) == nullptr ||
        here.tm_gmtoff == 0)
        return {};
    const bool same_day = here.tm_yday == utc.tm_yday && here.tm_year == utc.tm_year;
    std::array<char, 64> text{};
    const auto length =
        std::strftime(text.data(), text.size(), same_day ? "%H:%M:%S %Z" : "%Y-%m-%d %H:%M:%S %Z", &here);
    return {text.data(), length};
}

}  // namespace trunkwarden
