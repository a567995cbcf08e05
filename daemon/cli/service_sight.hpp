#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

// What the service of the package can see and read: its unit hides home folders and temporary ones, and it
// runs as a user of its own.

namespace trunkwarden {

// "" when the unit shows it; else a sentence that says where to put it.
std::string what_hides(const std::filesystem::path& file);

struct service_user {
    uid_t user = 0;
    gid_t group = 0;
};
std::optional<service_user> user_of_service();  // nothing where the package is not installed

// Why it cannot read the file, and what to do, as two sentences; nothing when it can.
struct hindrance {
    std::string what;
    std::string todo;
};
std::optional<hindrance> what_keeps_out(const service_user& who, const std::filesystem::path& file);

}  // namespace trunkwarden
