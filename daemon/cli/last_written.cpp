#include "cli/last_written.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>

namespace trunkwarden {

time_point last_written(const state_place& place)
{
    if (place.database.is_set())
        return std::chrono::system_clock::now();
    time_point out{};
    for (const auto* suffix : {"", "-wal"}) {
        std::error_code unknown;
        const auto at = std::filesystem::last_write_time(place.file.string() + suffix, unknown);
        if (!unknown)
            out = std::max(out, time_point(std::chrono::duration_cast<time_point::duration>(
                                    std::chrono::file_clock::to_sys(at).time_since_epoch())));
    }
    return out;
}

}  // namespace trunkwarden
