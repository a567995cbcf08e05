#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "account/loaded_files.hpp"
#include "reload/reload_queue.hpp"
#include "settings/referenced_files.hpp"
#include "settings/settings.hpp"
#include "support/digest.hpp"

namespace trunkwarden {

// The edited files, or those of a test. Each call blocks.
struct config_files {
    using paths = std::vector<std::filesystem::path>;

    std::function<files_reading()> read;  // all of them, as a start reads them
    std::function<digest(const paths&)> digest_of = [](const paths& files) {
        return trunkwarden::digest_of(files);
    };
    std::function<paths(const settings&)> files_of = [](const settings& configured) {
        return trunkwarden::files_of(configured);
    };
};

// The files that a reload depends on, and their content when they were last read: nothing when they may have
// changed while they were read.
struct known_files {
    config_files::paths files;
    std::optional<digest> content;
};

struct stable_read {
    bool is_unchanged = false;  // the files are as they were known: nothing was read
    known_files known;
    files_reading reading;
};

// Reads the files. The digest is made first, so that an edit in between shows as another content the next
// time. Files that name others than were known are read twice, so that the digest covers the others. When a
// person asks, they are read although nothing changed. Blocks.
stable_read read_until_stable(const config_files& files, const settings& in_force, const known_files& known,
                              reload_cause cause);

}  // namespace trunkwarden
