#include "reload/stable_read.hpp"

#include <utility>

namespace trunkwarden {

stable_read read_until_stable(const config_files& files, const settings& in_force, const known_files& known,
                              reload_cause cause)
{
    stable_read out;
    const auto of_settings_in_force = files.files_of(in_force);
    out.known = {known.files, files.digest_of(known.files)};
    out.is_unchanged = cause == reload_cause::files_changed && out.known.content == known.content;
    if (out.is_unchanged)
        return out;

    out.reading = files.read();
    auto names = united(out.reading.looked_at, of_settings_in_force);
    if (names == out.known.files)
        return out;

    out.known.content = files.digest_of(names);
    out.known.files = std::move(names);
    out.reading = files.read();
    if (united(out.reading.looked_at, of_settings_in_force) != out.known.files)
        out.known.content.reset();  // edited this very moment: the next look reads once more
    return out;
}

}  // namespace trunkwarden
